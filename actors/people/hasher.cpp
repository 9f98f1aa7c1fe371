#include "actors/people/hasher.hpp"

#include "actors/people/argon2.hpp"
#include "actors/people/bcrypt.hpp"
#include "schema/text/precis.hpp"

#include <crypt.h>
#include <sodium.h>

#include <array>
#include <mutex>

namespace stoa {

bool is_bcrypt(std::string_view hash) {
  return hash.size() == 60 && hash.starts_with("$2") && hash[3] == '$' &&
         (hash[2] == 'a' || hash[2] == 'b' || hash[2] == 'y');
}

std::string make_hash(const std::string& password, const hash_cost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.c_str(), password.size(), cost.passes, cost.memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    return {};
  return out.data();
}

bool matches_hash(const std::string& password, const std::string& hash) {
  if (is_bcrypt(hash)) {
    crypt_data space{};
    const char* made = crypt_r(password.c_str(), hash.c_str(), &space);
    return made && std::string_view{made}.size() == hash.size() &&
           sodium_memcmp(made, hash.data(), hash.size()) == 0;
  }
  // Tags of other programs may be longer than libsodium's own; it reads up to the end of the text.
  return read_argon2(hash) &&
         crypto_pwhash_str_verify(hash.c_str(), password.c_str(), password.size()) == 0;
}

bool is_known_hash(const std::string& hash) {
  return is_bcrypt(hash) || read_argon2(hash);
}

// crypto_pwhash_str_needs_rehash looks at passes and memory alone, so that an Argon2i hash passes
// for one of Argon2id.
bool outdated_hash(const std::string& hash, const hash_cost& cost) {
  constexpr std::uint32_t salt = 22;  // 16 bytes
  constexpr std::uint32_t tag = 43;   // 32 bytes
  const auto form = read_argon2(hash);
  return !form || !form->is_id || form->memory != cost.memory / 1024 ||
         form->passes != cost.passes || form->lanes != 1 || form->salt != salt || form->tag != tag;
}

password_verdict judge_password(const std::string& typed, const std::string& hash,
                                const hash_cost& cost) {
  auto kept = precis::password(typed);
  const bool is_kept = kept && matches_hash(*kept, hash);
  const bool other = !kept || *kept != typed;
  password_verdict out;
  out.matches = is_kept || (other && matches_hash(typed, hash));
  if (out.matches && ((kept && !is_kept) || outdated_hash(hash, cost)))
    out.better_hash = make_hash(kept ? *kept : typed, cost);
  if (kept)
    sodium_memzero(kept->data(), kept->size());
  return out;
}

const std::string& decoy_hash(const hash_cost& cost) {
  static std::once_flag once;
  static std::string hash;
  std::call_once(once, [&] {
    std::array<unsigned char, 32> random{};
    randombytes_buf(random.data(), random.size());
    hash = make_hash({random.begin(), random.end()}, cost);
  });
  return hash;
}

hasher_state::hasher_state(protocol::pointer, hash_cost cost) : cost_(cost) {}

hasher_state::protocol::behavior_type hasher_state::make_behavior() {
  return {
      [this](verify_password& what) -> caf::result<password_verdict> {
        auto out = judge_password(what.password, what.hash, cost_);
        sodium_memzero(what.password.data(), what.password.size());
        return out;
      },
      [this](hash_password& what) -> caf::result<std::string> {
        auto kept = precis::password(what.password);
        sodium_memzero(what.password.data(), what.password.size());
        if (!kept)
          return to_error(fail(fault_code::invalid, "the password " + kept.error().text));
        auto out = make_hash(*kept, cost_);
        sodium_memzero(kept->data(), kept->size());
        if (out.empty())
          return to_error(fail(fault_code::overloaded, "not enough memory to hash a password"));
        return out;
      },
  };
}

}  // namespace stoa
