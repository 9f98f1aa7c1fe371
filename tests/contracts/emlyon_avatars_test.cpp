#include "tests/support/emlyon.hpp"
#include "tests/support/picture.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <thread>
#include <vector>
#include <vips/vips.h>

using namespace stoa::testing;

namespace {

struct form_part {
  std::string content;
  std::string field = "avatar";
  std::string name = "photo.jpg";
  std::string type = "image/jpeg";
};

http_answer send(const student& who, const std::vector<form_part>& parts) {
  const std::string boundary = "----stoa-tests";
  std::string body;
  for (const auto& each : parts)
    body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + each.field +
            "\"; filename=\"" + each.name + "\"\r\nContent-Type: " + each.type + "\r\n\r\n" +
            each.content + "\r\n";
  body += "--" + boundary + "--\r\n";
  return who.request("POST", "/api/users/me/avatar", body,
                     {{"Content-Type", "multipart/form-data; boundary=" + boundary}});
}

constexpr auto no_image = "400 Seules les images sont acceptées (jpeg, jpg, png, gif, webp)";

}  // namespace

TEST_CASE("emlyon: a picture is made small, and shown to everybody", "[db][net]") {
  const auto nina = new_student("nina");
  ws_client socket{emlyon_client(), socket_path(nina)};
  CHECK(text_at(socket.heard().root(), "type") == "initial");
  const auto changed = send(nina, {{.content = picture(".jpg", 1600, 800)}});
  INFO(changed.body);
  REQUIRE(changed.status == 200);
  CHECK(changed.at("message") == "Photo de profil mise à jour");
  const auto path = changed.at("data.avatarUrl");
  CHECK(path.starts_with("/uploads/avatars/avatar-"));
  CHECK(path.ends_with(".jpg"));
  CHECK(changed.at("data.email") == "nina@example.org");
  // Absolute wherever else it is.
  const auto absolute = std::string{emlyon_base} + path;
  CHECK(nina.get("/api/users/me").at("data.avatarUrl") == absolute);
  CHECK(demo_student("bob").get("/api/users/" + nina.id).at("data.avatarUrl") == absolute);
  CHECK(text_at(socket.heard("events").root(), "type") == "events");
  REQUIRE(nina.post("/api/checkins", R"({"locationName":"x","latitude":1,"longitude":1})")
              .at("data.user.avatarUrl") == absolute);

  const auto shown = stranger().get(path + "?t=123");
  CHECK(shown.status == 200);
  CHECK(shown.header("Content-Type") == "image/jpeg");
  CHECK(shown.header("X-Content-Type-Options") == "nosniff");
  VipsImage* read = vips_image_new_from_buffer(shown.body.data(), shown.body.size(), "", nullptr);
  REQUIRE(read);
  CHECK(vips_image_get_width(read) == 512);
  CHECK(vips_image_get_height(read) == 256);
  g_object_unref(read);

  // The next one takes its place, also as a file.
  const auto next = send(nina, {{.content = picture(".png", 100, 100, 4)}});
  REQUIRE(next.status == 200);
  CHECK(next.at("data.avatarUrl").ends_with(".png"));
  CHECK(refusal(stranger().get(path)) == "404 Image introuvable");
  CHECK(stranger().get(next.at("data.avatarUrl")).header("Content-Type") == "image/png");
  REQUIRE(nina.remove("/api/users/me").status == 200);
  CHECK(stranger().get(next.at("data.avatarUrl")).status == 404);
}

TEST_CASE("emlyon: every format the contract names, whatever it calls itself", "[db][net]") {
  const auto oli = new_student("oli");
  for (const auto* suffix : {".jpg", ".png", ".webp", ".gif"}) {
    CAPTURE(suffix);
    const auto got = send(oli, {{.content = picture(suffix, 40, 30),
                                 .name = "../../etc/passwd.svg",
                                 .type = "image/svg+xml"}});
    CHECK(got.status == 200);
    CHECK(got.at("data.avatarUrl").starts_with("/uploads/avatars/avatar-"));
  }
}

TEST_CASE("emlyon: what is no picture is not taken for one", "[db][net]") {
  const auto pat = new_student("pat");
  const auto before = pat.get("/api/users/me").at("data.avatarUrl");
  CHECK(refusal(send(pat, {{.content = "<script>alert(1)</script>"}})) == no_image);
  CHECK(refusal(send(pat, {{.content = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                            .name = "a.svg",
                            .type = "image/svg+xml"}})) == no_image);
  // It begins like one.
  CHECK(refusal(send(pat, {{.content = picture(".png", 40, 30).substr(0, 30) + "<b>"}})) ==
        no_image);
  CHECK(refusal(send(pat, {{.content = std::string("\x89PNG\r\n\x1a\n") + "nothing"}})) ==
        no_image);
  CHECK(refusal(send(pat, {{.content = picture(".jpg", 400, 300).substr(0, 200)}})) == no_image);
  CHECK(refusal(send(pat, {})) == "400 Aucun fichier fourni");
  CHECK(refusal(send(pat, {{.content = ""}})) == "400 Aucun fichier fourni");
  CHECK(refusal(pat.post("/api/users/me/avatar", "{}")) == "400 Aucun fichier fourni");
  CHECK(refusal(pat.post("/api/users/me/avatar")) == "400 Aucun fichier fourni");
  CHECK(refusal(send(pat, {{.content = picture(".jpg", 9, 9), .field = "file"}})) ==
        "400 Un seul fichier, dans le champ avatar");
  CHECK(refusal(
            send(pat, {{.content = picture(".jpg", 9, 9)}, {.content = picture(".jpg", 9, 9)}})) ==
        "400 Un seul fichier, dans le champ avatar");
  CHECK(pat.get("/api/users/me").at("data.avatarUrl") == before);
}

TEST_CASE("emlyon: five mebibytes and no more", "[db][net]") {
  const auto quin = new_student("quin");
  auto big = picture(".jpg", 40, 30);
  big.resize(5 * 1024 * 1024 + 1, 'x');
  CHECK(refusal(send(quin, {{.content = big}})) == "413 Fichier ou requête trop volumineux");
  big.resize(50 * 1024 * 1024, 'x');
  CHECK(refusal(send(quin, {{.content = big}})) == "413 Fichier ou requête trop volumineux");
  // Small in bytes and huge in pixels.
  const auto bomb = picture(".png", 20'000, 20'000, 1);
  REQUIRE(bomb.size() < 5 * 1024 * 1024);
  CHECK(refusal(send(quin, {{.content = bomb}})) == "413 Fichier ou requête trop volumineux");
  big.resize(5 * 1024 * 1024);
  CHECK(send(quin, {{.content = big}}).status == 200);
}

TEST_CASE("emlyon: pictures need a token, before a byte of them is read", "[db][net]") {
  const auto answer = send(stranger(), {{.content = std::string(5 * 1024 * 1024, 'x')}});
  CHECK(refusal(answer) == "401 Token non fourni");
  CHECK(refusal(send(student{"nonsense"}, {{.content = "x"}})) == "401 Token invalide");
}

TEST_CASE("emlyon: of pictures sent at once, one stays", "[db][net]") {
  const auto rob = new_student("rob");
  std::vector<std::string> paths(5);
  std::vector<std::thread> all;
  for (auto& path : paths)
    all.emplace_back([&rob, &path, image = picture(".jpg", 60, 60)] {
      path = send(rob, {{.content = image}}).at("data.avatarUrl");
    });
  for (auto& each : all)
    each.join();
  const auto now_is = rob.get("/api/users/me").at("data.avatarUrl");
  int there = 0;
  for (const auto& path : paths) {
    there += stranger().get(path).status == 200 ? 1 : 0;
    if (stranger().get(path).status == 200)
      CHECK(now_is == std::string{emlyon_base} + path);
  }
  CHECK(there == 1);
}

TEST_CASE("emlyon: nothing but pictures is served", "[db][net]") {
  for (const auto* path :
       {"/uploads/avatars/none.jpg", "/uploads/avatars/avatar-1-x.jpg", "/uploads/avatars/..",
        "/uploads/avatars/..%2f..%2fsecret.key", "/uploads/avatars/", "/uploads/secret.key",
        "/uploads/avatars/avatar-..%2f..%2fsecret.key"})
    CHECK(stranger().get(path).status >= 400);
}
