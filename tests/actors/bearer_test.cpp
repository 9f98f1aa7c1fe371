#include "actors/people/bearer.hpp"

#include "schema/base64url.hpp"

#include <catch2/catch.hpp>
#include <sodium.h>

using namespace stoa;

namespace {

const std::string present_key = "a secret of more than 32 characters, for tests";
const std::string old_key = "what the secret was before it was changed, 32+";
constexpr iso_time issued{1'700'000'000'000'000};
constexpr iso_time expires{1'700'000'600'000'000};

bearer_claims claims() {
  return {user_id{"u1"}, "session-token", issued, expires};
}

std::string mac(const std::string& text, const std::string& with) {
  unsigned char out[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(with.data()),
                              with.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                text.size());
  crypto_auth_hmacsha256_final(&state, out);
  return to_base64url({reinterpret_cast<const char*>(out), sizeof out});
}

std::string token(const std::string& header, const std::string& payload,
                  const std::string& with = present_key) {
  const auto text = to_base64url(header) + '.' + to_base64url(payload);
  return text + '.' + mac(text, with);
}

const std::string header = R"({"alg":"HS256","typ":"JWT"})";
const std::string payload =
    R"({"userId":"u1","iat":1700000000,"exp":1700000600,"jti":"session-token"})";

}  // namespace

TEST_CASE("a bearer token says who, until when, and for which session") {
  const bearer_keys keys{present_key, {}};
  const auto made = keys.sign(claims());
  CHECK(made == token(header, payload));
  const auto read = keys.read(made, issued);
  REQUIRE(read);
  CHECK(read->user.value == "u1");
  CHECK(read->session == "session-token");
  CHECK(read->expires == expires);
  CHECK(keys.read(made, iso_time{expires.micros - 1}));
  CHECK_FALSE(keys.read(made, expires));
}

TEST_CASE("a key is changed without signing anybody out") {
  const auto before = bearer_keys{old_key, {}}.sign(claims());
  CHECK(bearer_keys{present_key, old_key}.read(before, issued));
  CHECK_FALSE(bearer_keys{present_key, {}}.read(before, issued));
  const auto after = bearer_keys{present_key, old_key}.sign(claims());
  CHECK_FALSE(bearer_keys{old_key, {}}.read(after, issued));
  CHECK_FALSE(bearer_keys({}, old_key).read(before, issued));
}

TEST_CASE("the header of a token chooses nothing") {
  const bearer_keys keys{present_key, {}};
  REQUIRE(keys.read(token(header, payload), issued));
  CHECK(keys.read(token(R"({"typ":"JWT","alg":"HS256"})", payload), issued));
  for (const auto* other :
       {R"({"alg":"none","typ":"JWT"})", R"({"alg":"None"})", R"({"alg":"RS256","typ":"JWT"})",
        R"({"alg":"HS384","typ":"JWT"})", R"({"alg":"hs256"})", R"({"typ":"JWT"})",
        R"({"alg":null})", R"({"alg":["HS256"]})", R"({"alg":"HS256","crit":["exp"]})",
        R"({"alg":"HS256","typ":"refresh"})", R"({"alg":"HS256","alg":"none"})", "[]", "{", ""}) {
    CAPTURE(other);
    CHECK_FALSE(keys.read(token(other, payload), issued));
  }
  // Nothing signed, and signed with what everybody knows.
  const auto unsigned_text = to_base64url(R"({"alg":"none"})") + '.' + to_base64url(payload);
  CHECK_FALSE(keys.read(unsigned_text + '.', issued));
  CHECK_FALSE(keys.read(unsigned_text, issued));
  CHECK_FALSE(keys.read(token(header, payload, ""), issued));
  CHECK_FALSE(keys.read(token(header, payload, "another secret of 32 characters or more"), issued));
}

TEST_CASE("a signature is whole or it is none") {
  const bearer_keys keys{present_key, old_key};
  const auto made = keys.sign(claims());
  for (std::size_t size = 0; size < made.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(keys.read(made.substr(0, size), issued));
  }
  CHECK_FALSE(keys.read(made + "A", issued));
  CHECK_FALSE(keys.read(made + ".", issued));
  CHECK_FALSE(keys.read(made + "=", issued));
  CHECK_FALSE(keys.read(' ' + made, issued));
  auto changed = made;
  changed[made.find('.') + 5] ^= 1;
  CHECK_FALSE(keys.read(changed, issued));
}

TEST_CASE("a signed token with other claims is no session's") {
  const bearer_keys keys{present_key, {}};
  for (const auto* other :
       {R"({"iat":1700000000,"exp":1700000600,"jti":"s"})",
        R"({"userId":"u1","iat":1700000000,"exp":1700000600})",
        R"({"userId":"u1","iat":1700000000,"jti":"s"})",
        R"({"userId":"u1","iat":1700000000,"exp":"1700000600","jti":"s"})",
        R"({"userId":"u1","iat":1700000000,"exp":1e300,"jti":"s"})",
        R"({"userId":"u1","iat":1700000000,"exp":9223372036854775807,"jti":"s"})",
        R"({"userId":"u1","iat":1700000000,"exp":-5,"jti":"s"})",
        R"({"userId":7,"iat":1700000000,"exp":1700000600,"jti":"s"})", "null", "[]"}) {
    CAPTURE(other);
    CHECK_FALSE(keys.read(token(header, other), issued));
  }
}

TEST_CASE("a server without a key believes nobody") {
  const bearer_keys none{{}, {}};
  CHECK_FALSE(none.usable());
  CHECK_FALSE(none.read(token(header, payload, ""), issued));
}

TEST_CASE("a bearer token is found in its header") {
  CHECK(bearer_token("Bearer abc.def") == "abc.def");
  CHECK(bearer_token("bearer  abc ") == "abc");
  CHECK(bearer_token("Basic abc").empty());
  CHECK(bearer_token("Bearer").empty());
  CHECK(bearer_token("Bearer ").empty());
  CHECK(bearer_token("abc").empty());
  CHECK(bearer_token("").empty());
}
