#include "actors/people/hasher.hpp"

#include "actors/people/bcrypt.hpp"

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
  if (hash.size() >= crypto_pwhash_STRBYTES || !hash.starts_with("$argon2"))
    return false;
  std::array<char, crypto_pwhash_STRBYTES> stored{};
  hash.copy(stored.data(), stored.size() - 1);
  return crypto_pwhash_str_verify(stored.data(), password.c_str(), password.size()) == 0;
}

bool outdated_hash(const std::string& hash, const hash_cost& cost) {
  if (is_bcrypt(hash) || hash.size() >= crypto_pwhash_STRBYTES)
    return true;
  std::array<char, crypto_pwhash_STRBYTES> stored{};
  hash.copy(stored.data(), stored.size() - 1);
  return crypto_pwhash_str_needs_rehash(stored.data(), cost.passes, cost.memory) != 0;
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
        password_verdict out;
        out.matches = matches_hash(what.password, what.hash);
        if (out.matches && outdated_hash(what.hash, cost_))
          out.better_hash = make_hash(what.password, cost_);
        sodium_memzero(what.password.data(), what.password.size());
        return out;
      },
      [this](hash_password& what) -> caf::result<std::string> {
        auto out = make_hash(what.password, cost_);
        sodium_memzero(what.password.data(), what.password.size());
        if (out.empty())
          return to_error(fail(fault_code::overloaded, "not enough memory to hash a password"));
        return out;
      },
  };
}

}  // namespace stoa
