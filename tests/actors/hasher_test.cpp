#include "actors/people/hasher.hpp"

#include "actors/people/argon2.hpp"

#include <catch2/catch.hpp>
#include <sodium.h>

#include <array>
#include <string>
#include <vector>

using namespace stoa;

namespace {

constexpr hash_cost cheap{1, 8UL * 1024 * 1024};

// Hashes as other programs make them: of any kind, and with a tag of any length.
std::string foreign_hash(const std::string& password, int kind, std::size_t bytes,
                         unsigned passes) {
  REQUIRE(sodium_init() >= 0);
  std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
  salt.fill(7);
  std::vector<unsigned char> tag(bytes);
  REQUIRE(crypto_pwhash(tag.data(), tag.size(), password.data(), password.size(), salt.data(),
                        passes, cheap.memory, kind) == 0);
  const auto spelled = [](const unsigned char* from, std::size_t size) {
    constexpr auto how = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    std::string out(sodium_base64_encoded_len(size, how), '\0');
    sodium_bin2base64(out.data(), out.size(), from, size, how);
    out.resize(out.find('\0'));
    return out;
  };
  return std::string{kind == crypto_pwhash_ALG_ARGON2I13 ? "$argon2i" : "$argon2id"} +
         "$v=19$m=8192,t=" + std::to_string(passes) + ",p=1$" + spelled(salt.data(), salt.size()) +
         "$" + spelled(tag.data(), tag.size());
}

}  // namespace

TEST_CASE("a hash says how it was made, within bounds") {
  const auto own = read_argon2(make_hash("secret", cheap));
  REQUIRE(own);
  CHECK(own->is_id);
  CHECK(own->memory == 8192);
  CHECK(own->passes == 1);
  CHECK(own->lanes == 1);
  CHECK(own->salt == 22);
  CHECK(own->tag == 43);
  for (const auto* other :
       {"", "$argon2d$v=19$m=8,t=1,p=1$c2FsdA$dGFn", "$argon2id$v=16$m=8,t=1,p=1$c2FsdA$dGFn",
        "$argon2id$v=19$m=2000000,t=1,p=1$c2FsdA$dGFn", "$argon2id$v=19$m=8,t=65,p=1$c2FsdA$dGFn",
        "$argon2id$v=19$m=8,t=1,p=17$c2FsdA$dGFn", "$argon2id$v=19$m=8,t=0,p=1$c2FsdA$dGFn",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$dGFn$more"}) {
    CAPTURE(other);
    CHECK_FALSE(read_argon2(other));
    CHECK_FALSE(is_known_hash(other));
  }
  CHECK_FALSE(read_argon2("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$" + std::string(600, 'A')));
}

TEST_CASE("hashes of other programs let their owners in and are replaced by today's") {
  const auto argon2i = foreign_hash("secret", crypto_pwhash_ALG_ARGON2I13, 32, 3);
  const auto long_tag = foreign_hash("secret", crypto_pwhash_ALG_ARGON2ID13, 64, 1);
  const auto dear = foreign_hash("secret", crypto_pwhash_ALG_ARGON2ID13, 32, 2);
  const auto short_tag = foreign_hash("secret", crypto_pwhash_ALG_ARGON2ID13, 16, 1);
  for (const auto& hash : {argon2i, long_tag, dear, short_tag}) {
    CAPTURE(hash);
    CHECK(is_known_hash(hash));
    CHECK_FALSE(judge_password("Secret", hash, cheap).matches);
    const auto verdict = judge_password("secret", hash, cheap);
    CHECK(verdict.matches);
    REQUIRE_FALSE(verdict.better_hash.empty());
    CHECK_FALSE(outdated_hash(verdict.better_hash, cheap));
    const auto next = judge_password("secret", verdict.better_hash, cheap);
    CHECK(next.matches);
    CHECK(next.better_hash.empty());
  }
}

TEST_CASE("a password is the same one on every keyboard, also where its hash is from before") {
  const std::string composed = "Été\u00a02026!";
  const std::string apart = "E\u0301te\u0301 2026!";
  const auto today = make_hash("Été 2026!", cheap);
  for (const auto& typed : {composed, apart}) {
    const auto verdict = judge_password(typed, today, cheap);
    CHECK(verdict.matches);
    CHECK(verdict.better_hash.empty());
  }
  const auto before = make_hash(apart, cheap);
  CHECK_FALSE(judge_password(composed, before, cheap).matches);
  const auto verdict = judge_password(apart, before, cheap);
  REQUIRE(verdict.matches);
  CHECK(judge_password(composed, verdict.better_hash, cheap).matches);
  // What is no password today was one.
  const auto odd = make_hash("a\tb", cheap);
  CHECK(judge_password("a\tb", odd, cheap).matches);
}
