#include "tests/net/support.hpp"

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdlib.h>

using namespace stoa;
using namespace stoa::test;

namespace {

// A key and a self-signed certificate, made for this run.
struct key_files {
  key_files() {
    auto folder = (std::filesystem::temp_directory_path() / "stoa-tls-XXXXXX").string();
    at = ::mkdtemp(folder.data());
    auto* key = EVP_EC_gen("P-256");
    auto* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    auto* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("here"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    auto* file = std::fopen((at / "key.pem").c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    file = std::fopen((at / "cert.pem").c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~key_files() { std::filesystem::remove_all(at); }
  tls_options options() const { return {(at / "cert.pem").string(), (at / "key.pem").string()}; }
  std::filesystem::path at;
};

// A blocking TLS client over the raw one's socket.
class tls_client {
public:
  explicit tls_client(std::uint16_t port, int most = 0, std::string_view protocols = "\x08http/1.1")
      : tcp_(port), keys_(SSL_CTX_new(TLS_client_method())), tls_(nullptr) {
    if (most != 0)
      SSL_CTX_set_max_proto_version(keys_, most);
    tls_ = SSL_new(keys_);
    SSL_set_alpn_protos(tls_, reinterpret_cast<const unsigned char*>(protocols.data()),
                        static_cast<unsigned>(protocols.size()));
    SSL_set_fd(tls_, tcp_.handle());
    connected = SSL_connect(tls_) == 1;
  }
  ~tls_client() {
    SSL_free(tls_);
    SSL_CTX_free(keys_);
  }
  tls_client(const tls_client&) = delete;
  tls_client& operator=(const tls_client&) = delete;

  void send(std::string_view bytes) {
    REQUIRE(SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) ==
            static_cast<int>(bytes.size()));
  }
  std::string read(std::size_t size) {
    std::string got;
    char piece[16384];
    while (got.size() < size) {
      auto want = static_cast<int>(std::min(sizeof piece, size - got.size()));
      auto n = SSL_read(tls_, piece, want);
      if (n <= 0)
        break;
      got.append(piece, static_cast<std::size_t>(n));
    }
    return got;
  }
  std::string read_through(std::string_view mark) {
    std::string got;
    while (!got.ends_with(mark)) {
      auto one = read(1);
      if (one.empty())
        break;
      got += one;
    }
    return got;
  }
  std::string protocol() {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(tls_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  bool connected = false;

private:
  raw_client tcp_;
  SSL_CTX* keys_;
  SSL* tls_;
};

}  // namespace

TEST_CASE("everything works over TLS as well", "[net]") {
  key_files keys;
  served s{[&](auto&, auto& where) { where.tls = keys.options(); }};
  tls_client c{s.port};
  REQUIRE(c.connected);
  CHECK(c.protocol() == "http/1.1");
  bool secure = false;
  s.people.at["/big"] = [&](request&& x, reply_sink answer) {
    secure = x.secure;
    answer(text_reply(200, std::string(2'000'000, 'b')));
  };
  std::ofstream{keys.at / "file"} << std::string(100'000, 'f');
  s.people.at["/file"] = [&](request&&, reply_sink answer) {
    answer(file_reply(keys.at / "file", "application/octet-stream"));
  };
  auto get = [](std::string_view path) {
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: here\r\n\r\n";
  };
  c.send(get("/hello") + get("/big") + get("/file") + get("/hello"));
  CHECK(c.read_through("\r\n\r\n").starts_with("HTTP/1.1 200"));
  CHECK(c.read(5) == "hello");
  CHECK(c.read_through("\r\n\r\n").find("Content-Length: 2000000") != std::string::npos);
  CHECK(c.read(2'000'000) == std::string(2'000'000, 'b'));
  CHECK(c.read_through("\r\n\r\n").find("Content-Length: 100000") != std::string::npos);
  CHECK(c.read(100'000) == std::string(100'000, 'f'));
  c.read_through("\r\n\r\n");
  CHECK(c.read(5) == "hello");
  CHECK(secure);
  c.send(
      "GET /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  CHECK(c.read_through("\r\n\r\n").starts_with("HTTP/1.1 101"));
  REQUIRE(until([&] { return s.people.last() && s.people.last()->box(); }));
  auto who = s.people.last();
  for (int i = 0; i < 100; ++i)
    who->box()->push(frame{"number " + std::to_string(i % 10)});
  for (int i = 0; i < 100; ++i)
    REQUIRE(c.read(10) == "\x81\x08number " + std::string(1, static_cast<char>('0' + i % 10)));
  c.send(std::string{"\x81\x82\x00\x00\x00\x00ok", 8});
  CHECK(until([&] { return who->heard() == 1; }));
  who->box()->close(close_code::going_away, "");
  CHECK(c.read(4) == std::string{"\x88\x02\x03\xe9", 4});
  c.send(std::string{"\x88\x82\x00\x00\x00\x00\x03\xe9", 8});
  CHECK(c.read(1).empty());
  CHECK(until([&] { return s.edge->counters().open == 0; }));
}

TEST_CASE("old TLS and unknown protocols are refused, noise closes", "[net]") {
  key_files keys;
  served s{[&](auto&, auto& where) { where.tls = keys.options(); }};
  CHECK_FALSE(tls_client(s.port, TLS1_1_VERSION).connected);
  CHECK_FALSE(tls_client(s.port, 0, "\x02h2").connected);
  CHECK(tls_client(s.port, TLS1_2_VERSION).connected);
  raw_client noise{s.port};
  noise.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  noise.read_to_end();
  CHECK(until([&] { return s.edge->counters().open == 0; }));
}

TEST_CASE("a missing certificate is said before anything listens", "[net]") {
  stoa::server edge{{}};
  town people;
  auto port = edge.listen({.address = "127.0.0.1",
                           .port = 0,
                           .site = 0,
                           .tls = tls_options{"/nonexistent.pem", "/nonexistent.key"}},
                          people);
  REQUIRE_FALSE(port);
  CHECK(port.error().text.find("/nonexistent.pem") != std::string::npos);
  CHECK_FALSE(edge.listen({.address = "not an address"}, people));
}
