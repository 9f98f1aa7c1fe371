#include "net/static_files.hpp"
#include "net/uploads.hpp"
#include "tests/net/support.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <stdlib.h>

using namespace stoa;
using namespace stoa::test;
namespace fs = std::filesystem;

namespace {

struct folder {
  folder() {
    auto path = (fs::temp_directory_path() / "stoa-net-XXXXXX").string();
    at = ::mkdtemp(path.data());
  }
  ~folder() { fs::remove_all(at); }
  void write(const fs::path& name, std::string_view text) const {
    fs::create_directories((at / name).parent_path());
    std::ofstream{at / name, std::ios::binary} << text;
  }
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{at}, fs::directory_iterator{}));
  }
  fs::path at;
};

std::string read_file(const fs::path& from) {
  std::ifstream in{from, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// Serves the folder under every address.
struct served_folder : served {
  explicit served_folder(const fs::path& at, fallback unknown = fallback::none)
      : files(*static_files::open(at, unknown)) {}
  answer ask(std::string_view path, std::string_view more = {}, std::string_view method = "GET") {
    people.at[std::string{path}] = [this](request&& x, reply_sink answer) {
      auto found = files.find(x);
      answer(found ? std::move(*found) : text_reply(404, "no file"));
    };
    raw_client c{port};
    c.send(std::string{method} + " " + std::string{path} + " HTTP/1.1\r\nHost: here\r\n" +
           std::string{more} + "\r\n");
    return c.read(method == "HEAD");
  }
  static_files files;
};

}  // namespace

TEST_CASE("files are served with type, length and validators", "[net]") {
  folder f;
  std::string picture;
  for (int i = 0; i < 300'000; ++i)
    picture += static_cast<char>(i * 7);
  f.write("a.png", picture);
  served_folder s{f.at};
  auto x = s.ask("/a.png");
  CHECK(x.status == 200);
  CHECK(x.header("Content-Type") == "image/png");
  CHECK(x.header("Accept-Ranges") == "bytes");
  CHECK(x.body == picture);
  auto tag = x.header("ETag");
  CHECK(s.ask("/a.png", "If-None-Match: " + tag + "\r\n").status == 304);
  CHECK(s.ask("/a.png", "If-Modified-Since: " + x.header("Last-Modified") + "\r\n").status == 304);
  auto head = s.ask("/a.png", {}, "HEAD");
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "300000");

  SECTION("pieces") {
    struct row {
      const char* range;
      int status;
      std::size_t first, count;
    };
    for (auto [range, status, first, count] :
         {row{"bytes=0-0", 206, 0, 1}, row{"bytes=100-199", 206, 100, 100},
          row{"bytes=299990-", 206, 299'990, 10}, row{"bytes=-5", 206, 299'995, 5},
          row{"bytes=-999999", 206, 0, 300'000}, row{"bytes=10-999999", 206, 10, 299'990},
          row{"bytes=300000-", 416, 0, 0}, row{"bytes=-0", 416, 0, 0},
          row{"bytes=5-4", 200, 0, 300'000}, row{"bytes=0-1,5-6", 200, 0, 300'000},
          row{"lines=1-2", 200, 0, 300'000}, row{"bytes=a-b", 200, 0, 300'000}}) {
      INFO(range);
      auto y = s.ask("/a.png", "Range: " + std::string{range} + "\r\n");
      CHECK(y.status == status);
      if (status == 416)
        CHECK(y.header("Content-Range") == "bytes */300000");
      else
        CHECK(y.body == picture.substr(first, count));
      if (status == 206)
        CHECK(y.header("Content-Range") == "bytes " + std::to_string(first) + "-" +
                                               std::to_string(first + count - 1) + "/300000");
    }
  }
  SECTION("a piece only of the version that the client has") {
    CHECK(s.ask("/a.png", "Range: bytes=0-1\r\nIf-Range: " + tag + "\r\n").status == 206);
    CHECK(s.ask("/a.png", "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n").status == 200);
  }
}

TEST_CASE("nothing outside of the folder and nothing hidden is served", "[net]") {
  folder outside;
  outside.write("secret.txt", "secret");
  folder f;
  f.write("index.html", "<p>home");
  f.write(".env", "secret");
  f.write(".well-known/security.txt", "mail us");
  f.write("sub/page.txt", "page");
  fs::create_symlink(outside.at / "secret.txt", f.at / "link.txt");
  fs::create_symlink(outside.at, f.at / "folder");
  fs::create_symlink(f.at / "sub/page.txt", f.at / "inside.txt");
  served_folder s{f.at};
  CHECK(s.ask("/").body == "<p>home");
  CHECK(s.ask("/sub/page.txt").body == "page");
  CHECK(s.ask("/inside.txt").body == "page");
  CHECK(s.ask("/.well-known/security.txt").body == "mail us");
  CHECK(s.ask("/link.txt").status == 404);
  CHECK(s.ask("/folder/secret.txt").status == 404);
  CHECK(s.ask("/.env").status == 404);
  CHECK(s.ask("/sub").status == 404);
  CHECK(s.ask("/nothing").status == 404);
  request up;
  up.path = "/../" + outside.at.filename().string() + "/secret.txt";
  CHECK_FALSE(s.files.find(up));
  up.path = "/sub/page.txt";
  up.method = verb::post;
  CHECK_FALSE(s.files.find(up));
  CHECK_FALSE(static_files::open(f.at / "nothing", fallback::none));
}

TEST_CASE("a single page answers the addresses it draws itself", "[net]") {
  folder f;
  f.write("index.html", "<p>app");
  f.write("assets/app-B1x9Ab3Z.js", std::string(5000, 'j'));
  served_folder s{f.at, fallback::single_page};
  CHECK(s.ask("/forum/12", "Accept: text/html\r\n").body == "<p>app");
  CHECK(s.ask("/forum/12", "Accept: text/html\r\n").header("Cache-Control") == "no-cache");
  CHECK(s.ask("/forum/13", "Accept: application/json\r\n").status == 404);
  CHECK(s.ask("/missing.js", "Accept: text/html\r\n").status == 404);
  auto x = s.ask("/assets/app-B1x9Ab3Z.js", "Accept-Encoding: gzip\r\n");
  CHECK(x.header("Cache-Control").find("immutable") != std::string::npos);
  CHECK(gunzip(x.body) == std::string(5000, 'j'));
  // A new version shows at once although the old one is in memory.
  f.write("index.html", "<p>newer app");
  CHECK(s.ask("/forum/12", "Accept: text/html\r\n").body == "<p>newer app");
}

TEST_CASE("a raw body goes to a file that ends with the request", "[net]") {
  folder f;
  served s;
  std::string seen;
  s.people.plans["/put"] = [&](const request& head) {
    return body_plan::stream(3'000'000,
                             upload::raw(f.at, head.header("content-type"), {.file = 2'000'000}));
  };
  s.people.at["/put"] = [&](request&& x, reply_sink answer) {
    auto& file = dynamic_cast<upload&>(*x.sink).files.at(0);
    seen = read_file(file.content.path());
    answer(text_reply(200, file.declared + " " + file.sniffed + " " + std::to_string(file.size)));
  };
  auto body = "\x89PNG\r\n\x1a\n" + std::string(1'500'000, 'p');
  auto head = [](std::size_t size) {
    return "PUT /put HTTP/1.1\r\nHost: here\r\nContent-Type: image/x\r\nContent-Length: " +
           std::to_string(size) + "\r\n\r\n";
  };
  raw_client c{s.port};
  CHECK(c.ask(head(body.size()) + body).body == "image/x image/png 1500008");
  CHECK(seen == body);
  CHECK(until([&] { return f.count() == 0; }));
  CHECK(c.ask(head(2'500'000) + std::string(2'500'000, 'x')).status == 413);
  raw_client d{s.port};
  CHECK(d.ask(head(4'000'000)).status == 413);
  {
    raw_client gone{s.port};
    gone.send(head(1000) + "half");
    CHECK(until([&] { return f.count() == 1; }));
  }
  CHECK(until([&] { return f.count() == 0; }));
}

TEST_CASE("a form is taken apart as it arrives, however it is cut", "[net]") {
  folder f;
  const std::string body =
      "preamble\r\n--xYz\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nUn \"titre\"\r\n"
      "--xYz\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
      "--xYz\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"C:\\up\\..\\a "
      "\\\"b\\\".pdf\"\r\n"
      "Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--xY\r\n-- not yet\r\n"
      "--xYz\r\nContent-Disposition: form-data; name=\"pic\"; "
      "filename*=UTF-8''%C3%A9t%C3%A9.png\r\n"
      "\r\nGIF89a\r\n--xYz--\r\nepilogue";
  for (std::size_t step : {1, 2, 7, 100, 10'000}) {
    auto form = *upload::form(f.at, "multipart/form-data; boundary=xYz", {});
    for (std::size_t at = 0; at < body.size(); at += step)
      REQUIRE(form->write(std::string_view{body}.substr(at, step)) == 0);
    REQUIRE(form->finish() == 0);
    REQUIRE(form->fields.size() == 2);
    CHECK(form->fields[0] == std::pair<std::string, std::string>{"title", "Un \"titre\""});
    CHECK(form->fields[1].second.empty());
    REQUIRE(form->files.size() == 2);
    CHECK(form->files[0].field == "doc");
    CHECK(form->files[0].name == "a \"b\".pdf");
    CHECK(form->files[0].declared == "application/pdf");
    CHECK(form->files[0].sniffed == "application/pdf");
    CHECK(read_file(form->files[0].content.path()) == "%PDF-1.7\r\n--xY\r\n-- not yet");
    CHECK(form->files[1].name == "\xc3\xa9t\xc3\xa9.png");
    CHECK(form->files[1].sniffed == "image/gif");
  }
  CHECK(f.count() == 0);
}

TEST_CASE("a form above its bounds or without its end is refused", "[net]") {
  folder f;
  auto type = "multipart/form-data; boundary=\"b\"";
  auto part = [](std::string_view more, std::string_view text) {
    return "--b\r\nContent-Disposition: form-data; name=\"n\"" + std::string{more} + "\r\n\r\n" +
           std::string{text} + "\r\n";
  };
  auto run = [&](const std::string& text, upload_limits bounds) {
    auto form = *upload::form(f.at, type, bounds);
    auto status = form->write(text);
    return status != 0 ? status : form->finish();
  };
  CHECK(run(part("", "abc") + "--b--", {}) == 0);
  CHECK(run(part("", "abc"), {}) == 400);
  CHECK(run("--b\r\nno colon\r\n\r\n", {}) == 400);
  CHECK(run("--b\r\nContent-Disposition: attachment\r\n\r\n", {}) == 400);
  CHECK(run(std::string(9000, 'x'), {}) == 400);
  CHECK(run("--b\r\n" + std::string(9000, 'x'), {}) == 400);
  CHECK(run(part("", "abcdef") + "--b--", {.field = 5}) == 413);
  CHECK(run(part("", "a") + part("", "b"), {.fields = 1}) == 413);
  CHECK(run(part("; filename=x", "abcdef") + "--b--", {.file = 5}) == 413);
  CHECK(run(part("; filename=x", "a") + part("; filename=y", "b"), {.files = 1}) == 413);
  CHECK(f.count() == 0);
  CHECK_FALSE(upload::form(f.at, "multipart/form-data", {}));
  CHECK_FALSE(upload::form(f.at, "text/plain; boundary=b", {}));
}

TEST_CASE("a kept file stays", "[net]") {
  folder f;
  {
    auto file = *temporary_file::create(f.at);
    CHECK(file.write("kept"));
    CHECK(file.keep(f.at / "place"));
    auto other = *temporary_file::create(f.at);
    CHECK_FALSE(other.keep(f.at / "no" / "place"));
  }
  CHECK(read_file(f.at / "place") == "kept");
  CHECK(f.count() == 1);
  CHECK_FALSE(temporary_file::create(f.at / "nothing"));
}

TEST_CASE("a piece of the plain form never completes the packed one", "[net]") {
  folder f;
  f.write("page.js", std::string(5'000, 'x'));
  served_folder s{f.at};
  const auto plain = s.ask("/page.js");
  const auto packed = s.ask("/page.js", "Accept-Encoding: gzip\r\n");
  CHECK(packed.header("Content-Encoding") == "gzip");
  CHECK(plain.header("ETag") != packed.header("ETag"));
  const std::string rest = "Accept-Encoding: gzip\r\nRange: bytes=100-\r\nIf-Range: ";
  const auto whole = s.ask("/page.js", rest + packed.header("ETag") + "\r\n");
  CHECK(whole.status == 200);
  const auto piece = s.ask("/page.js", rest + plain.header("ETag") + "\r\n");
  CHECK(piece.status == 206);
  CHECK(piece.header("Content-Encoding").empty());
  CHECK(piece.header("ETag") == plain.header("ETag"));
  for (const auto& each : {plain, packed, whole, piece})
    CHECK(each.header("Vary") == "Accept-Encoding");
  // Who has a form, and wants to go on with nothing else.
  CHECK(s.ask("/page.js", "Range: bytes=0-9\r\nIf-Match: \"x\"\r\n").status == 412);
  CHECK(
      s.ask("/page.js", "Range: bytes=0-9\r\nIf-Match: " + plain.header("ETag") + "\r\n").status ==
      206);
  CHECK(s.ask("/page.js",
              "Range: bytes=0-9\r\nIf-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT\r\n")
            .status == 412);
  CHECK(s.ask("/page.js",
              "Range: bytes=0-9\r\nIf-Unmodified-Since: " + piece.header("Last-Modified") + "\r\n")
            .status == 206);
}
