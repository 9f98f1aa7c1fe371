#include "schema/dialects.hpp"
#include "schema/people.hpp"
#include "tests/schema/samples.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

namespace {

std::string body_of(const fault& why, const dialect& habits) {
  std::string text;
  json_writer out{text};
  write_fault(habits, why, out);
  return text;
}

}  // namespace

TEST_CASE("an error body has the keys of its family and nothing private") {
  auto why = fail(fault_code::invalid, "name is required", "SELECT secret");
  why.complaints = {{"name", "name is required"}};
  CHECK(body_of(why, native_dialect) ==
        R"({"message":"name is required","code":"invalid",)"
        R"("errors":[{"path":"name","message":"name is required"}]})");
  CHECK(body_of(why, samples::french) ==
        R"({"message":"name is required","error":"name is required",)"
        R"("errors":[{"path":"name","message":"name is required"}]})");
  CHECK(body_of(fail(fault_code::not_found, ""), samples::french) ==
        R"({"message":"not_found","error":"not_found"})");
}

TEST_CASE("words go out and come back") {
  CHECK(samples::french.spell("flavour", "sour") == "acide");
  CHECK(samples::french.understand("flavour", "acide") == "sour");
  CHECK(samples::french.understand("flavour", "sour").empty());
  CHECK(samples::french.understand("other", "sour") == "sour");
  CHECK(native_dialect.spell("flavour", "sour") == "sour");
}

TEST_CASE("StacGate's forms are read as they are sent") {
  // What its user form sends: an empty field for null, a rank in French, members that are ours.
  const auto doc = json::parse(
      R"({"email":"a@b.fr","username":"a","role":"formateur","profileImageUrl":"","id":"x",)"
      R"("establishmentName":"E","isEmailVerified":true,"firstName":""})");
  REQUIRE(doc);
  const auto row = read_create<user_row>(doc->root(), stacgate_dialect);
  REQUIRE(row);
  CHECK(row->rank == role::trainer);
  CHECK_FALSE(row->profile_image_url);
  CHECK(row->first_name == "");
  CHECK_FALSE(row->is_email_verified);
  CHECK(row->id.empty());
  CHECK_THAT(to_json(*row, stacgate_dialect), Catch::Contains(R"("role":"formateur")"));
  const auto words = json::parse(R"({"email":"a@b.fr","username":"a","role":"owner"})");
  const auto refused = read_create<user_row>(words->root(), stacgate_dialect);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text ==
        "role must be one of guest, apprenant, formateur, manager, admin, super_admin");
}
