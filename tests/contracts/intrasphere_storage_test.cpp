#include "net/node.hpp"
#include "persistence/pg/session.hpp"
#include "tests/net/support.hpp"
#include "tests/support/form.hpp"
#include "tests/support/holder.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/program.hpp"
#include "tools/load/server_process.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <memory>
#include <string>

using namespace stoa;
using namespace stoa::testing;

namespace {

namespace fs = std::filesystem;

constexpr const char* modules = "build/storage";
constexpr const char* secret = "a secret of this test";

/// A published S3 server on loopback, with a folder that may outlive it.
class s3_server {
public:
  explicit s3_server(const fs::path& folder)
      : log_(folder / "s3.log"),
        run_{{"node", "tests/storage/serve.mjs", modules, (folder / "s3").string(), secret}, log_} {
    if (!fs::exists(fs::path{modules} / "installed.json"))
      FAIL("the S3 server is not installed; run tools/setup/validators.sh (it needs npm)");
    fs::create_directories(folder / "s3");
    REQUIRE(run_.start());
    REQUIRE(test::until([this] { return content_of(log_).ends_with('\n') || run_.ended(); }));
    INFO(content_of(log_));
    REQUIRE_FALSE(run_.ended());
  }

  [[nodiscard]] std::string url() const {
    auto port = content_of(log_);
    port.pop_back();
    return "http://127.0.0.1:" + port;
  }
  void kill() { run_.kill(); }

private:
  fs::path log_;
  load::server_process run_;
};

std::unique_ptr<node> intranet_with(const fs::path& data, const std::string& url,
                                    const std::string& with_secret = secret) {
  settings how;
  how.data = data;
  how.demo = true;
  how.rate_limits = false;
  how.site.push_back({"intrasphere", 0});
  how.s3_endpoint = url;
  how.s3_bucket = "stoa";
  how.s3_key = "S3RVER";
  how.s3_secret = with_secret;
  how.s3_copies.bytes = 1024 * 1024;
  auto started = node::start(how);
  INFO((started ? "" : started.error().text + started.error().cause));
  REQUIRE(started);
  return std::move(*started);
}

http_client signed_in_admin(const node& at) {
  http_client out{at.sites().at(0).port};
  REQUIRE(out.post("/api/auth/login", R"({"username":"admin","password":"admin123"})").status ==
          200);
  return out;
}

/// What lies in the bucket, by name.
std::size_t objects_in(const fs::path& folder) {
  std::size_t out = 0;
  for (const auto& each : fs::recursive_directory_iterator{folder / "s3"})
    out += each.path().string().ends_with("_S3rver_object") ? 1 : 0;
  return out;
}

std::size_t files_in(const fs::path& folder) {
  std::size_t out = 0;
  std::error_code missing;
  for (const auto& each : fs::recursive_directory_iterator{folder, missing})
    out += each.is_regular_file() ? 1 : 0;
  return out;
}

std::string rows_of_files(const node& of) {
  auto session = pg::session::open(of.app_connection());
  REQUIRE(session);
  REQUIRE(session->run("set stoa.establishment = 'est-intrasphere'"));
  return session->run("select count(*) from uploaded_files")->text(0, 0);
}

std::string paper(std::size_t size) {
  std::string out{"%PDF-1.7\n"};
  for (std::size_t i = out.size(); i < size; ++i)
    out += static_cast<char>(i * 31 % 251);
  return out;
}

}  // namespace

TEST_CASE("with an S3 store, files go there, come back whole and in parts, and go", "[db][slow]") {
  const scratch_folder folder;
  const s3_server store{folder.path()};
  const auto server = intranet_with(folder.path() / "data", store.url());
  auto admin = signed_in_admin(*server);
  const auto content = paper(3 * 1024 * 1024);
  const auto sent = send_file(admin, "/api/upload", "file", "Été.pdf", content);
  INFO(sent.body);
  REQUIRE(sent.status == 201);
  const auto name = sent.at("file.fileName");
  CHECK(objects_in(folder.path()) == 1);
  // What arrived here on its way is gone.
  const auto here = folder.path() / "data" / "uploads";
  CHECK(test::until([&] { return files_in(here) == 0; }));

  http_headers part;
  part.emplace_back("Range", "bytes=1000000-1000009");
  const auto piece = admin.request("GET", "/uploads/" + name, {}, part);
  CHECK(piece.status == 206);
  CHECK(piece.body == content.substr(1'000'000, 10));
  CHECK(piece.header("Content-Range") == "bytes 1000000-1000009/" + std::to_string(content.size()));
  const auto whole = admin.get("/uploads/" + name);
  CHECK(whole.status == 200);
  CHECK(whole.header("Content-Type") == "application/pdf");
  CHECK(whole.body == content);

  // Copies stay until there are too many of them; this store keeps a mebibyte.
  std::vector<std::string> more;
  for (int i = 0; i < 3; ++i) {
    const auto other =
        send_file(admin, "/api/upload", "file", "x.pdf", paper(500'000 + 10 * std::size_t(i)));
    REQUIRE(other.status == 201);
    more.push_back(other.at("file.fileName"));
    CHECK(admin.get("/uploads/" + more.back()).body == paper(500'000 + 10 * std::size_t(i)));
  }
  CHECK(test::until([&] { return files_in(here) <= 2; }));
  CHECK(admin.get("/uploads/" + name).body == content);

  CHECK(admin.remove("/api/files/" + name).status == 200);
  CHECK(admin.get("/uploads/" + name).status == 404);
  CHECK(objects_in(folder.path()) == 3);
}

TEST_CASE("while the S3 store is away, answers are 503 and nothing is lost", "[db][slow]") {
  const scratch_folder folder;
  const auto data = folder.path() / "data";
  std::string name;
  const auto content = paper(20'000);
  {
    s3_server store{folder.path()};
    const auto server = intranet_with(data, store.url());
    auto admin = signed_in_admin(*server);
    name = send_file(admin, "/api/upload", "file", "x.pdf", content).at("file.fileName");
    const auto unwanted =
        send_file(admin, "/api/upload", "file", "z.pdf", content).at("file.fileName");
    store.kill();
    const auto refused = send_file(admin, "/api/upload", "file", "y.pdf", content);
    CHECK(refused.status == 503);
    CHECK(refused.at("message") == "the files cannot be reached now");
    CHECK(refused.header("Retry-After") == "1");
    CHECK(rows_of_files(*server) == "2");
    CHECK(test::until([&] { return files_in(data / "uploads") == 0; }));
    CHECK(admin.get("/uploads/" + name).status == 503);
    // What is removed is gone for its readers at once; its bytes go when the store is back.
    CHECK(admin.remove("/api/files/" + unwanted).status == 200);
    CHECK(admin.get("/api/files/" + unwanted).status == 404);
    CHECK(admin.get("/uploads/" + unwanted).status == 404);
    CHECK(admin.get("/api/files/" + name).at("exists") == "true");
    // What needs no file goes on.
    CHECK(admin.get("/api/announcements").status == 200);
  }
  fs::remove(folder.path() / "s3.log");
  const s3_server again{folder.path()};
  {
    // Nobody is told why a store refuses us.
    const auto stranger = intranet_with(data, again.url(), "another secret");
    auto admin = signed_in_admin(*stranger);
    const auto refused = admin.get("/uploads/" + name);
    CHECK(refused.status == 503);
    CHECK(refused.body.find("403") == std::string::npos);
  }
  const auto server = intranet_with(data, again.url());
  auto admin = signed_in_admin(*server);
  CHECK(admin.get("/uploads/" + name).body == content);
  CHECK(testing::eventually([&] { return objects_in(folder.path()) == 1; },
                            std::chrono::seconds{90}));
  CHECK(admin.get("/uploads/" + name).body == content);
  CHECK(admin.remove("/api/files/" + name).status == 200);
  CHECK(objects_in(folder.path()) == 0);
  CHECK(rows_of_files(*server) == "0");
}
