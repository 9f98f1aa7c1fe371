#include "actors/learning/seals.hpp"
#include "net/node.hpp"
#include "persistence/pg/session.hpp"
#include "tests/support/holder.hpp"
#include "tests/support/intranet_walk.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/pdf.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// A certificate of that course for somebody, given by who teaches; its id.
std::string given(http_client& to, std::string_view course, std::string_view more = {}) {
  const auto made = colleague("marie.martin")
                        .post("/api/certificates",
                              R"({"courseId":")" + std::string{course} + R"(","userId":")" +
                                  to.get("/api/auth/me").at("id") + '"' + std::string{more} + '}');
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made.at("certificateUrl") == "/api/certificates/" + made.at("id") + "/pdf");
  return made.at("id");
}

std::string page_of(const std::string& id) {
  return "/api/certificates/" + id + "/pdf";
}

http_answer checked(const std::string& id) {
  return intranet_visitor().get("/api/certificates/" + id + "/verify");
}

}  // namespace

TEST_CASE("intranet: a certificate is a page for its holder and who teaches", "[db][net]") {
  auto nora = new_colleague("nora");
  const auto id = given(nora, "course-1", R"(,"title":"Attestation d'été")");
  CHECK(nora.get("/api/my-certificates").at("0.certificateUrl") == page_of(id));
  const auto page = nora.get(page_of(id));
  REQUIRE(page.status == 200);
  CHECK(page.header("Content-Type") == "application/pdf");
  CHECK(page.header("Content-Disposition") == "attachment; filename=\"certificat-" + id + ".pdf\"");
  const auto text = text_of_pdf(page.body);
  CAPTURE(text);
  const auto course = nora.get("/api/courses/course-1").at("title");
  for (const auto& said : {std::string{"Nouvelle nora"}, course, std::string{"Attestation d'été"},
                           std::string{"décerné à"}, std::string{"IntraSphere"},
                           "/api/certificates/" + id + "/verify"})
    CHECK(text.find(said) != std::string::npos);

  // Known already, then in another language.
  const auto tag = page.header("ETag");
  http_headers known;
  known.emplace_back("If-None-Match", tag);
  const auto same = nora.request("GET", page_of(id), {}, known);
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  REQUIRE(nora.post("/api/user/settings", R"({"language":"en"})").status == 200);
  const auto in_english = nora.request("GET", page_of(id), {}, known);
  REQUIRE(in_english.status == 200);
  CHECK(in_english.header("ETag") != tag);
  CHECK(text_of_pdf(in_english.body).find("awarded to") != std::string::npos);

  CHECK(colleague("marie.martin").get(page_of(id)).status == 200);
  CHECK(colleague("admin").get(page_of(id)).status == 200);
  const auto other = colleague("pierre.dubois").get(page_of(id));
  CHECK(other.status == 403);
  CHECK(other.at("error") == "Access denied");
  CHECK(intranet_visitor().get(page_of(id)).status == 401);
  CHECK(outside_colleague().get(page_of(id)).status == 404);
  CHECK(nora.get(page_of("nothing")).at("message") == "Certificate not found");
}

TEST_CASE("intranet: anybody can have a certificate checked", "[db][net]") {
  auto otto = new_colleague("otto");
  const auto id = given(otto, "course-1", R"(,"description":"Trois jours","metadata":"{}")");
  const auto answer = checked(id);
  REQUIRE(answer.status == 200);
  CHECK(answer.at("valid") == "true");
  CHECK(answer.at("number") == id);
  CHECK(answer.at("name") == "Nouvelle otto");
  CHECK(answer.at("course") == otto.get("/api/courses/course-1").at("title"));
  CHECK(answer.at("issuedAt") == otto.get("/api/my-certificates").at("0.issuedAt"));
  CHECK(answer.at("issuer") == "IntraSphere");
  // Nothing else of the person, and what another program needs to check by itself.
  CHECK(answer.body.find(otto.get("/api/auth/me").at("id")) == std::string::npos);
  CHECK(answer.body.find("Trois jours") == std::string::npos);
  CHECK(is_signed(answer.at("publicKey"), answer.at("statement"), answer.at("signature")));
  const auto keys = intranet_visitor().get("/api/certificate-keys");
  CHECK(keys.at("0.publicKey") == answer.at("publicKey"));
  CHECK(keys.at("0.algorithm") == "Ed25519");
  CHECK(keys.body.find("secret") == std::string::npos);

  const auto unknown = checked("nothing");
  CHECK(unknown.status == 404);
  CHECK(unknown.at("valid") == "false");
  CHECK(unknown.at("message") == unknown.at("error"));

  // The name that somebody has later is not the one that was certified.
  REQUIRE(otto.patch("/api/users/me", R"({"name":"Otto Zwei"})").status < 500);
  CHECK(checked(id).at("name") == "Nouvelle otto");
}

TEST_CASE("intranet: a certificate that was changed behind the server is not valid", "[db][net]") {
  auto pia = new_colleague("pia");
  const auto id = given(pia, "course-1", R"(,"description":"Trois jours")");
  for (const auto& [change, back] : std::vector<std::pair<std::string, std::string>>{
           {"certificates set title = title || ' avec mention' where id",
            "certificates set title = replace(title, ' avec mention', '') where id"},
           {"certificates set description = 'Trois ans' where id",
            "certificates set description = 'Trois jours' where id"},
           {"certificates set metadata = '{}' where id",
            "certificates set metadata = null where id"},
           {"certificates set course_id = 'course-2' where id",
            "certificates set course_id = 'course-1' where id"},
           {"certificates set issued_at = issued_at - interval '1 day' where id",
            "certificates set issued_at = issued_at + interval '1 day' where id"},
           {"certificates set expires_at = now() + interval '1 day' where id",
            "certificates set expires_at = null where id"},
           {"certificate_seals set holder_name = 'Quelqu''un' where certificate_id",
            "certificate_seals set holder_name = 'Nouvelle pia' where certificate_id"},
           {"certificate_seals set score = 100 where certificate_id",
            "certificate_seals set score = null where certificate_id"},
           {"certificate_seals set issuer = issuer || '!' where certificate_id",
            "certificate_seals set issuer = rtrim(issuer, '!') where certificate_id"},
           {"certificate_seals set signature = reverse(signature) where certificate_id",
            "certificate_seals set signature = reverse(signature) where certificate_id"}}) {
    CAPTURE(change);
    run_as_owner("update " + change + " = $1", id);
    const auto altered = checked(id);
    CHECK(altered.status == 200);
    CHECK(altered.at("valid") == "false");
    CHECK(altered.at("reason") == "altered");
    CHECK(altered.at("name") == "(absent)");
    CHECK(pia.get(page_of(id)).status == 409);
    run_as_owner("update " + back + " = $1", id);
    CHECK(checked(id).at("valid") == "true");
  }
  // Handed to somebody else: theirs in the list, and void.
  run_as_owner("update certificates set user_id = 'user-2' where id = $1", id);
  CHECK(checked(id).at("valid") == "false");
  // One that was put there by hand is none.
  run_as_owner("delete from certificate_seals where certificate_id = $1", id);
  CHECK(checked(id).status == 404);
}

TEST_CASE("intranet: certificates expire, and older ones are signed late", "[db][net]") {
  auto rosa = new_colleague("rosa");
  auto soon = now();
  soon.micros += 2'000'000;
  const auto over = given(rosa, "course-1", R"(,"validUntil":")" + to_iso(soon) + '"');
  CHECK(eventually([&] { return checked(over).at("reason") == "expired"; }));
  const auto answer = checked(over);
  CHECK(answer.at("valid") == "false");
  CHECK(answer.at("reason") == "expired");
  CHECK(answer.at("name") == "Nouvelle rosa");
  CHECK(rosa.get(page_of(over)).status == 200);

  const auto old = given(rosa, "course-2");
  run_as_owner(
      "update certificate_seals set public_key = null, signature = null where certificate_id = $1",
      old);
  CHECK(checked(old).at("reason") == "unsigned");
  CHECK(rosa.get(page_of(old)).status == 200);
  CHECK(checked(old).at("valid") == "true");
}

TEST_CASE("intranet: a key that was retired goes on proving", "[db][net]") {
  auto sven = new_colleague("sven");
  const auto first = given(sven, "course-1");
  const auto key = checked(first).at("publicKey");
  run_as_owner("update signing_keys set retired_at = now() where public_key = $1", key);
  // The next key is made once, however many ask for it.
  auto tara = new_colleague("tara");
  auto& marie = colleague("marie.martin");
  std::vector<std::string> ids(4);
  std::vector<std::thread> all;
  const auto whose = tara.get("/api/auth/me").at("id");
  for (std::size_t i = 0; i < ids.size(); ++i)
    all.emplace_back([&ids, &marie, &whose, i] {
      auto client = marie;
      ids[i] =
          client
              .post("/api/certificates", R"({"courseId":"course-)" + std::to_string(i % 2 + 1) +
                                             R"(","userId":")" + whose + R"("})")
              .at("id");
    });
  for (auto& each : all)
    each.join();
  std::size_t made = 0;
  std::string next;
  for (const auto& id : ids) {
    if (id == "(absent)")
      continue;  // of the same course, answered 409
    ++made;
    const auto answer = checked(id);
    CHECK(answer.at("valid") == "true");
    CHECK(answer.at("publicKey") != key);
    CHECK((next.empty() || next == answer.at("publicKey")));
    next = answer.at("publicKey");
  }
  CHECK(made == 2);
  CHECK(checked(first).at("valid") == "true");
  CHECK(intranet_visitor().get("/api/certificate-keys").body.find(key) != std::string::npos);
}
