#include "tests/support/smtp_sink.hpp"

#include "tests/net/support.hpp"

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace stoa::testing {

namespace {

std::string decoded(std::string_view base64) {
  std::string packed;
  std::copy_if(base64.begin(), base64.end(), std::back_inserter(packed),
               [](char c) { return c != '\r' && c != '\n'; });
  std::string out(packed.size(), '\0');
  const auto size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                    reinterpret_cast<const unsigned char*>(packed.data()),
                                    static_cast<int>(packed.size()));
  if (size < 0)
    return {};
  out.resize(static_cast<std::size_t>(size));
  while (packed.ends_with('=')) {
    packed.pop_back();
    out.pop_back();
  }
  return out;
}

std::string between(const std::string& in, std::string_view begin, std::string_view end) {
  const auto from = in.find(begin);
  if (from == std::string::npos)
    return {};
  const auto first = from + begin.size();
  return in.substr(first, in.find(end, first) - first);
}

std::string part(const std::string& raw, const std::string& type) {
  const auto at = raw.find("Content-Type: " + type);
  return at == std::string::npos ? "" : decoded(between(raw.substr(at), "\n\n", "\n--"));
}

std::string subject_of(const std::string& raw) {
  std::string out;
  auto line = between(raw, "\nSubject: ", "\nDate: ");
  for (auto word = line.find("=?utf-8?B?"); word != std::string::npos;
       word = line.find("=?utf-8?B?")) {
    line.erase(0, word);
    out += decoded(between(line, "=?utf-8?B?", "?="));
    line.erase(0, 2);
  }
  return out;
}

}  // namespace

smtp_sink::smtp_sink(habits how) : how_(std::move(how)) {
  if (!how_.certificate.empty()) {
    keys_ = SSL_CTX_new(TLS_server_method());
    const auto* file = how_.certificate.c_str();
    REQUIRE(SSL_CTX_use_certificate_file(keys_, file, SSL_FILETYPE_PEM) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey_file(keys_, file, SSL_FILETYPE_PEM) == 1);
  }
  door_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  REQUIRE(::bind(door_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  REQUIRE(::listen(door_, 8) == 0);
  REQUIRE(::getsockname(door_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
  port_ = ntohs(at.sin_port);
  worker_ = std::thread{[this] { serve(); }};
}

smtp_sink::~smtp_sink() {
  ::shutdown(door_, SHUT_RDWR);
  worker_.join();
  ::close(door_);
  SSL_CTX_free(keys_);
}

std::string smtp_sink::url() const {
  return (keys_ ? "smtp://localhost:" : "smtp://127.0.0.1:") + std::to_string(port_);
}

std::vector<taken_mail> smtp_sink::taken() const {
  std::lock_guard hold{guard_};
  return taken_;
}

std::vector<std::string> smtp_sink::sign_ins() const {
  std::lock_guard hold{guard_};
  return sign_ins_;
}

std::size_t smtp_sink::asked() const {
  std::lock_guard hold{guard_};
  return asked_;
}

std::vector<taken_mail> smtp_sink::mails_to(std::string_view address, std::size_t count) {
  std::vector<taken_mail> out;
  REQUIRE(test::until([&] {
    out = taken();
    std::erase_if(out, [&](const taken_mail& each) { return each.to != address; });
    return out.size() >= count;
  }));
  return out;
}

void smtp_sink::serve() {
  for (;;) {
    const int client = ::accept4(door_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0)
      return;
    talk(client);
    ::close(client);
  }
}

void smtp_sink::talk(int client) {
  SSL* tls = nullptr;
  const auto say = [&](std::string_view text) {
    if (tls)
      SSL_write(tls, text.data(), static_cast<int>(text.size()));
    else if (::send(client, text.data(), text.size(), MSG_NOSIGNAL) < 0)
      ::shutdown(client, SHUT_RDWR);
  };
  say("220 sink\r\n");
  std::string got;
  taken_mail mail;
  bool data = false;
  bool asked_for_password = false;
  char piece[4096];
  for (;;) {
    const auto count = tls ? SSL_read(tls, piece, sizeof piece)
                           : static_cast<int>(::recv(client, piece, sizeof piece, 0));
    if (count <= 0)
      break;
    got.append(piece, static_cast<std::size_t>(count));
    for (auto end = got.find("\r\n"); end != std::string::npos; end = got.find("\r\n")) {
      const auto line = got.substr(0, end);
      got.erase(0, end + 2);
      if (data && line != ".") {
        mail.raw += line + "\n";
        continue;
      }
      if (data) {
        data = false;
        mail.subject = subject_of(mail.raw);
        mail.text = part(mail.raw, "text/plain");
        mail.html = part(mail.raw, "text/html");
        std::lock_guard hold{guard_};
        taken_.push_back(std::exchange(mail, {}));
        say("250 kept\r\n");
      } else if (line.starts_with("EHLO") && keys_) {
        say(tls ? "250-sink\r\n250 AUTH PLAIN\r\n" : "250-sink\r\n250 STARTTLS\r\n");
      } else if (line.starts_with("STARTTLS")) {
        say("220 go on\r\n");
        tls = SSL_new(keys_);
        SSL_set_fd(tls, client);
        if (SSL_accept(tls) != 1)
          break;
      } else if (line == "AUTH PLAIN") {
        asked_for_password = true;
        say("334 \r\n");
      } else if (std::exchange(asked_for_password, false)) {
        auto said = decoded(line);
        std::replace(said.begin(), said.end(), '\0', ' ');
        std::lock_guard hold{guard_};
        sign_ins_.push_back((tls ? "tls" : "bare") + said);
        say("235 welcome\r\n");
      } else if (line.starts_with("MAIL")) {
        mail.from = between(line, "<", ">");
        say("250 fine\r\n");
      } else if (line.starts_with("RCPT")) {
        mail.to = between(line, "<", ">");
        const auto refusal = how_.refuses ? how_.refuses(mail.to) : std::string{};
        std::lock_guard hold{guard_};
        ++asked_;
        say(refusal.empty() ? "250 fine\r\n" : refusal + "\r\n");
      } else if (line.starts_with("DATA")) {
        data = true;
        say("354 go on\r\n");
      } else {
        say(line.starts_with("QUIT") ? "221 bye\r\n" : "250 fine\r\n");
      }
    }
  }
  SSL_free(tls);
}

}  // namespace stoa::testing
