#include "tests/support/form.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/picture.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

namespace {

const std::string& png() {
  static const auto one = picture(".png", 40, 30);
  return one;
}

}  // namespace

TEST_CASE("intranet: a file is sent, read and removed by who may", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  auto nobody = intranet_visitor();
  CHECK(send_file(nobody, "/api/upload", "file", "x.png", png()).status == 401);
  const auto sent = send_file(pierre, "/api/upload", "file", "../../Été à la mer.PNG", png());
  INFO(sent.body);
  REQUIRE(sent.status == 201);
  CHECK(sent.at("message") == "Fichier uploadé avec succès");
  CHECK(sent.at("file.mimeType") == "image/png");
  CHECK(sent.at("file.fileType") == "image");
  CHECK(sent.at("file.uploadedBy") == "user-3");
  CHECK(sent.at("file.filePath") == sent.at("file.fileUrl"));
  const auto name = sent.at("file.fileName");
  CHECK(name.find('/') == std::string::npos);
  CHECK(name.find("..") == std::string::npos);
  CHECK(name.ends_with(".png"));

  const auto size = pierre.get("/uploads/" + name).body.size();
  CHECK(pierre.get("/uploads/" + name).header("Content-Type") == "image/png");
  CHECK(intranet_visitor().get("/uploads/" + name).status == 401);
  CHECK(outside_colleague().get("/uploads/" + name).status == 404);
  http_headers part;
  part.emplace_back("Range", "bytes=0-3");
  const auto piece = pierre.request("GET", "/uploads/" + name, {}, part);
  CHECK(piece.status == 206);
  CHECK(piece.body.size() == 4);
  CHECK(pierre.get("/api/files/" + name).at("formattedSize") == std::to_string(size) + " Bytes");

  // No name leads out of the files that were sent.
  for (const auto* way : {"/api/files/..%2F..%2Fetc%2Fpasswd", "/api/files/%2Fetc%2Fpasswd",
                          "/uploads/..%2Flock", "/api/files/nothing.png"}) {
    CAPTURE(way);
    CHECK(pierre.get(way).status == 404);
    CHECK(pierre.remove(way).status == 404);
  }
  auto other = new_colleague("uploader");
  CHECK(other.remove("/api/files/" + name).status == 403);
  CHECK(pierre.remove("/api/files/" + name).at("message") == "Fichier supprimé avec succès");
  CHECK(pierre.get("/uploads/" + name).status == 404);
}

TEST_CASE("intranet: what a file is, its first bytes say", "[db][net]") {
  auto who = new_colleague("sniffer");
  const auto script =
      send_file(who, "/api/upload", "file", "nice.png", "<script>alert(1)</script>");
  CHECK(script.status == 415);
  CHECK(script.at("message") == "Type de fichier non autorisé: image/png");
  CHECK(send_file(who, "/api/upload", "file", "a.zip", "PK\x03\x04 not a document").status == 415);
  CHECK(send_file(who, "/api/upload", "wrong", "x.png", png()).at("message") == "Unexpected field");
  CHECK(who.post("/api/upload", "{}").at("message") == "Aucun fichier fourni");
  CHECK(send_file(who, "/api/upload/avatar", "avatar", "x.pdf", "%PDF-1.7 text").at("message") ==
        "Le fichier doit être une image");
  const auto face = send_file(who, "/api/upload/avatar", "avatar", "x.png", png());
  REQUIRE(face.status == 201);
  CHECK(who.get("/api/auth/me").at("avatar") == face.at("avatarUrl"));
}

TEST_CASE("intranet: a document comes with its file", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  auto& marie = colleague("marie.martin");
  const std::string where = "/api/upload/document";
  const auto named = form_field("title", "Rapport") + form_field("category", "guide");
  CHECK(send_file(pierre, where, "document", "r.pdf", "%PDF-1.7 x", named).status == 403);
  CHECK(send_file(marie, where, "document", "r.pdf", "%PDF-1.7 x").at("message") ==
        "Titre et catégorie requis");
  const auto made = send_file(marie, where, "document", "r.pdf", "%PDF-1.7 x", named);
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made.at("document.title") == "Rapport");
  CHECK(made.at("document.version") == "1.0");
  CHECK(made.at("document.fileName") == "r.pdf");
  CHECK(made.at("document.fileUrl") == made.at("file.fileUrl"));
  CHECK(pierre.get("/api/documents/" + made.at("document.id")).status == 200);
}

TEST_CASE("intranet: a file is saved under the name that its sender gave it", "[db][net]") {
  auto& admin = colleague("admin");
  struct row {
    const char* name;
    const char* star;
  };
  for (const auto& each :
       {row{"Règlement intérieur.pdf", "R%C3%A8glement%20int%C3%A9rieur.pdf"},
        row{"页面 报告.pdf", "%E9%A1%B5%E9%9D%A2%20%E6%8A%A5%E5%91%8A.pdf"},
        row{"L'été.pdf", "L%27%C3%A9t%C3%A9.pdf"}, row{"été.exe", "%C3%A9t%C3%A9.pdf"}}) {
    INFO(each.name);
    const auto sent = send_file(admin, "/api/upload", "file", each.name, "%PDF-1.4\n%%EOF");
    INFO(sent.body);
    REQUIRE(sent.status == 201);
    const auto field = admin.get(sent.at("file.fileUrl")).header("Content-Disposition");
    CHECK(field.starts_with("inline; filename=\""));
    CHECK(field.ends_with(std::string{"; filename*=UTF-8''"} + each.star));
  }
}
