#include "tests/support/form.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/picture.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

TEST_CASE("intranet: a face is cut to a square, whatever it was", "[db][net]") {
  auto who = new_colleague("ugo");
  const auto face = send_file(who, "/api/upload/avatar", "avatar", "moi.jpg", snapshot(1600, 800));
  INFO(face.body);
  REQUIRE(face.status == 201);
  const auto shown = who.get(face.at("avatarUrl"));
  CHECK(face.at("avatarUrl") == face.at("file.fileUrl"));
  CHECK(face.at("file.size") == std::to_string(shown.body.size()));
  CHECK(face.at("file.mimeType") == "image/jpeg");
  const auto facts = facts_of_picture(shown.body);
  CHECK(facts.width == 512);
  CHECK(facts.height == 512);
  CHECK_FALSE(facts.has_exif);
  CHECK(who.get("/api/auth/me").at("avatar") == face.at("avatarUrl"));
  // One that is small already is not made bigger.
  const auto small =
      send_file(who, "/api/upload/avatar", "avatar", "moi.png", picture(".png", 90, 60, 4));
  REQUIRE(small.status == 201);
  const auto seen = facts_of_picture(who.get(small.at("avatarUrl")).body);
  CHECK(seen.width == 60);
  CHECK(seen.height == 60);
  CHECK(seen.has_alpha);
  CHECK(small.at("file.mimeType") == "image/png");
}

TEST_CASE("intranet: pictures are bounded, turned and say nothing of the camera", "[db][net]") {
  auto who = new_colleague("vera");
  const auto sent = send_file(who, "/api/upload", "file", "Été.jpg", snapshot(4000, 1000));
  INFO(sent.body);
  REQUIRE(sent.status == 201);
  const auto bytes = who.get(sent.at("file.fileUrl")).body;
  const auto facts = facts_of_picture(bytes);
  // It was held on its side.
  CHECK(facts.width == 512);
  CHECK(facts.height == 2048);
  CHECK_FALSE(facts.has_exif);
  CHECK(sent.at("file.originalName") == "Été.jpg");
  CHECK(sent.at("file.size") == std::to_string(bytes.size()));

  struct line {
    const char* suffix;
    const char* type;
    const char* loader;
  };
  for (const auto& [suffix, type, loader] :
       {line{".png", "image/png", "pngload_buffer"}, line{".webp", "image/webp", "webpload_buffer"},
        line{".jpg", "image/jpeg", "jpegload_buffer"},
        line{".gif", "image/png", "pngload_buffer"}}) {
    CAPTURE(suffix);
    // What it is, its first bytes say; its format stays what it was, but for animations.
    const auto got = send_file(who, "/api/upload", "file", "x.JPEG", picture(suffix, 300, 200));
    INFO(got.body);
    REQUIRE(got.status == 201);
    CHECK(got.at("file.mimeType") == type);
    const auto read = who.get(got.at("file.fileUrl"));
    CHECK(read.header("Content-Type") == type);
    const auto seen = facts_of_picture(read.body);
    CHECK(seen.format == loader);
    CHECK(seen.width == 300);
    CHECK(seen.height == 200);
    CHECK(who.get("/api/files/" + got.at("file.fileName")).at("size") ==
          std::to_string(read.body.size()));
  }
}

TEST_CASE("intranet: broken pictures and bombs are refused", "[db][net]") {
  auto who = new_colleague("walt");
  const auto before = who.get("/api/auth/me").at("avatar");
  for (const auto& bad :
       {std::string("\x89PNG\r\n\x1a\n") + "nothing", picture(".jpg", 400, 300).substr(0, 200),
        picture(".png", 40, 30).substr(0, 30) + "<b>"}) {
    const auto avatar = send_file(who, "/api/upload/avatar", "avatar", "x.png", bad);
    CHECK(avatar.status == 400);
    CHECK(avatar.at("message") == "L'image est illisible");
    CHECK(avatar.at("error") == avatar.at("message"));
    CHECK(send_file(who, "/api/upload", "file", "x.png", bad).status == 400);
  }
  // Small in bytes and huge in pixels.
  const auto bomb = picture(".png", 20'000, 20'000, 1);
  REQUIRE(bomb.size() < 5 * 1024 * 1024);
  CHECK(send_file(who, "/api/upload/avatar", "avatar", "x.png", bomb).status == 413);
  CHECK(who.get("/api/auth/me").at("avatar") == before);
}
