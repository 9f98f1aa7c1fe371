#include "actors/learning/seals.hpp"

#include "schema/certificates.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

namespace {

certificate_facts attested() {
  certificate_facts out;
  out.number = "n-1";
  out.holder = "Ana \"Luís\"\n";
  out.course = "Chimie";
  out.title = "Attestation";
  out.issued_at = *parse_iso("2026-08-09T10:00:00.123Z");
  out.issuer = "IntraSphere";
  out.record = record_digest("user", "course", std::nullopt, std::nullopt);
  return out;
}

}  // namespace

TEST_CASE("the statement of a certificate is spelled in one way") {
  // Signatures that were given depend on it: a change here makes every earlier certificate void.
  CHECK(certificate_statement(attested()) ==
        R"({"stoaCertificate":1,"number":"n-1","name":"Ana \"Luís\"\n","course":"Chimie",)"
        R"("title":"Attestation","score":null,"issuedAt":"2026-08-09T10:00:00.123Z",)"
        R"("expiresAt":null,"issuer":"IntraSphere",)"
        R"("record":")" +
            attested().record + R"("})");
}

TEST_CASE("a digest of a record tells its parts apart") {
  const auto one = record_digest("a", "bc", std::nullopt, std::nullopt);
  CHECK(one.size() == 43);
  CHECK(one == record_digest("a", "bc", std::nullopt, std::nullopt));
  CHECK(one != record_digest("ab", "c", std::nullopt, std::nullopt));
  CHECK(one != record_digest("a", "bc", "", std::nullopt));
  CHECK(record_digest("a", "bc", "x", std::nullopt) != record_digest("a", "bc", std::nullopt, "x"));
}

TEST_CASE("a signature holds for its text and its key alone") {
  const auto key = fresh_signing_key();
  const auto text = certificate_statement(attested());
  const auto signature = sign_text(key.secret_key, text);
  CHECK(signature.size() == 86);
  CHECK(is_signed(key.public_key, text, signature));
  CHECK_FALSE(is_signed(key.public_key, text + " ", signature));
  CHECK_FALSE(is_signed(fresh_signing_key().public_key, text, signature));
  CHECK_FALSE(is_signed(key.public_key, text, {}));
  CHECK_FALSE(is_signed({}, text, signature));
  CHECK_FALSE(is_signed("not base64!", text, signature));
  CHECK_FALSE(is_signed(key.public_key, text, signature.substr(1)));
  CHECK(sign_text("short", text).empty());
  CHECK(sign_text({}, text).empty());
}
