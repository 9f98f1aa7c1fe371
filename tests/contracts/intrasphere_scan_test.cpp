#include "net/node.hpp"
#include "tests/net/support.hpp"
#include "tests/support/fake_clamd.hpp"
#include "tests/support/form.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/picture.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <memory>
#include <thread>

using namespace stoa;
using namespace stoa::testing;

namespace fs = std::filesystem;

namespace {

/// An intranet of its own whose files a fake clamd reads, with somebody signed in.
struct scanned_house {
  explicit scanned_house(const std::string& clamd) {
    settings how;
    how.ephemeral = true;
    how.demo = true;
    how.io_threads = 1;
    how.site.push_back({"intrasphere", 0});
    how.uploads = uploads;
    how.clamd = clamd;
    auto begun = node::start(how);
    if (!begun)
      FAIL(begun.error().text << ": " << begun.error().cause);
    one = std::move(*begun);
    client = std::make_unique<http_client>(one->sites().at(0).port);
    REQUIRE(
        client->post("/api/auth/login", R"({"username":"admin","password":"admin123"})").status ==
        200);
  }
  ~scanned_house() {
    one = nullptr;
    fs::remove_all(uploads);
  }

  http_answer send(const std::string& content, const std::string& name = "r.pdf") {
    return send_file(*client, "/api/upload", "file", name, content);
  }
  /// How many files there are, whoever keeps them.
  [[nodiscard]] std::size_t files() const {
    std::size_t out = 0;
    for (const auto& each : fs::recursive_directory_iterator{uploads})
      out += each.is_regular_file() ? 1 : 0;
    return out;
  }
  // An upload that is refused is gone when its request is, a moment after the answer.
  [[nodiscard]] bool keeps(std::size_t count) const {
    return test::until([&] { return files() == count; });
  }

  std::string uploads = [] {
    auto name = (fs::temp_directory_path() / "stoa-scanned-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      FAIL("no folder");
    return name;
  }();
  std::unique_ptr<node> one;
  std::unique_ptr<http_client> client;
};

const std::string clean = "%PDF-1.7 a report";
const std::string bad = "%PDF-1.7 STOA-TEST-VIRUS";

}  // namespace

TEST_CASE("intranet: what people send is read by clamd before it is kept", "[db][net]") {
  fake_clamd clamd;
  scanned_house house{clamd.address()};
  const auto sent = house.send(clean);
  INFO(sent.body);
  CHECK(sent.status == 201);
  CHECK(house.keeps(1));
  REQUIRE(clamd.read().size() == 1);
  CHECK(clamd.read().front() == clean);

  const auto refused = house.send(bad);
  CHECK(refused.status == 400);
  CHECK(refused.at("message") == "Fichier refusé: virus détecté (Stoa-Test-Signature)");
  CHECK(refused.at("error") == refused.at("message"));
  CHECK(house.keeps(1));

  // Every address that takes files; pictures before they are opened.
  const auto face = picture(".jpg", 60, 60) + "STOA-TEST-VIRUS";
  CHECK(send_file(*house.client, "/api/upload/avatar", "avatar", "x.jpg", face).status == 400);
  CHECK(house.client->get("/api/auth/me").at("avatar").find("/uploads/") == std::string::npos);
  const auto title = form_field("title", "R") + form_field("category", "guide");
  CHECK(send_file(*house.client, "/api/upload/document", "document", "r.pdf", bad, title).status ==
        400);
  CHECK(house.keeps(1));

  // In many pieces, none of them lost.
  std::string big = clean;
  for (int i = 0; big.size() < 5'000'000; ++i)
    big += std::to_string(i);
  CHECK(house.send(big).status == 201);
  CHECK(clamd.read().back() == big);
  CHECK(clamd.complaints().empty());
}

TEST_CASE("intranet: without a verdict nothing is kept", "[db][net]") {
  fake_clamd clamd{{.tcp = true}};
  scanned_house house{clamd.address()};
  CHECK(house.send(clean).status == 201);
  clamd.stop();
  const auto away = house.send(clean);
  CHECK(away.status == 503);
  CHECK(away.header("Retry-After") == "30");
  CHECK(away.at("message") == "Analyse antivirus indisponible, réessayez plus tard");
  CHECK(away.at("message") == away.at("error"));
  CHECK(house.keeps(1));
}

TEST_CASE("intranet: a clamd that hangs up, or that reads less, gives no verdict", "[db][net]") {
  fake_clamd silent{{.silent = true}};
  {
    scanned_house house{silent.address()};
    CHECK(house.send(clean).status == 503);
    CHECK(house.keeps(0));
  }
  fake_clamd small{{.longest = 100'000}};
  scanned_house house{small.address()};
  CHECK(house.send(clean + std::string(2'000'000, 'x')).status == 413);
  CHECK(house.keeps(0));
  CHECK(house.send(clean).status == 201);
  CHECK(small.complaints().empty());
}

TEST_CASE("intranet: who waits for clamd holds up nobody", "[db][net]") {
  fake_clamd clamd{{.held = true}};
  scanned_house house{clamd.address()};
  http_answer sent;
  std::thread sending{[&] { sent = house.send(clean); }};
  const bool waits = test::until([&] { return clamd.waiting() == 1; });
  auto visitor = http_client{house.client->port()};
  const auto other = visitor.get("/api/stats");
  clamd.let_go();
  sending.join();
  CHECK(waits);
  CHECK(other.status == 200);
  CHECK(sent.status == 201);
}
