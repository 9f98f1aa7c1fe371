#include "actors/learning/seals.hpp"

#include "schema/base64url.hpp"
#include "schema/json_writer.hpp"

#include <sodium.h>

#include <array>

namespace stoa {

namespace {

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <std::size_t Size>
std::string encoded(const std::array<unsigned char, Size>& what) {
  return to_base64url({reinterpret_cast<const char*>(what.data()), what.size()});
}

}  // namespace

std::string record_digest(const std::string& user, const std::string& course,
                          const std::optional<std::string>& description,
                          const std::optional<std::string>& metadata) {
  std::string text;
  json_writer{text}
      .begin_array()
      .value(user)
      .value(course)
      .value(description)
      .value(metadata)
      .end_array();
  std::array<unsigned char, crypto_generichash_BYTES> digest{};
  crypto_generichash(digest.data(), digest.size(), bytes_of(text), text.size(), nullptr, 0);
  return encoded(digest);
}

signing_key fresh_signing_key() {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
  crypto_sign_keypair(open.data(), secret.data());
  signing_key out{encoded(open), encoded(secret)};
  sodium_memzero(secret.data(), secret.size());
  return out;
}

std::string sign_text(const std::string& secret_key, const std::string& text) {
  auto secret = from_base64url(secret_key);
  if (!secret || secret->size() != crypto_sign_SECRETKEYBYTES)
    return {};
  std::array<unsigned char, crypto_sign_BYTES> signature{};
  crypto_sign_detached(signature.data(), nullptr, bytes_of(text), text.size(), bytes_of(*secret));
  sodium_memzero(secret->data(), secret->size());
  return encoded(signature);
}

bool is_signed(const std::string& public_key, const std::string& text,
               const std::string& signature) {
  const auto open = from_base64url(public_key);
  const auto shown = from_base64url(signature);
  return open && shown && open->size() == crypto_sign_PUBLICKEYBYTES &&
         shown->size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(bytes_of(*shown), bytes_of(text), text.size(),
                                     bytes_of(*open)) == 0;
}

}  // namespace stoa
