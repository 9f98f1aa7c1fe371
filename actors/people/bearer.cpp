#include "actors/people/bearer.hpp"

#include "schema/base64url.hpp"
#include "schema/json.hpp"

#include <sodium.h>

#include <array>
#include <limits>

namespace stoa {

namespace {

constexpr std::size_t longest = 2048;
constexpr std::int64_t micros = 1'000'000;
using mac = std::array<unsigned char, crypto_auth_hmacsha256_BYTES>;

mac mac_of(std::string_view text, std::string_view key) {
  mac out{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()),
                              key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                text.size());
  crypto_auth_hmacsha256_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

bool signed_with(std::string_view key, std::string_view text, const std::string& signature) {
  if (key.empty() || signature.size() != sizeof(mac))
    return false;
  const auto wanted = mac_of(text, key);
  return sodium_memcmp(wanted.data(), signature.data(), wanted.size()) == 0;
}

// The header chooses nothing: it has to be the one that we write, in substance.
bool is_our_header(std::string_view encoded) {
  const auto text = from_base64url(encoded);
  if (!text)
    return false;
  const auto read = json::parse(*text);
  if (!read || !(*read)->is_object())
    return false;
  const auto& header = read->root();
  const auto type = header.find("typ");
  return header["alg"].as_string() == "HS256" && (!type || type->as_string() == "JWT") &&
         !header.find("crit");
}

std::optional<bearer_claims> claims_in(std::string_view encoded) {
  const auto text = from_base64url(encoded);
  if (!text)
    return std::nullopt;
  const auto read = json::parse(*text);
  if (!read || !(*read)->is_object())
    return std::nullopt;
  const auto& said = read->root();
  const auto user = said["userId"].as_string();
  const auto session = said["jti"].as_string();
  const auto issued = said["iat"].as_int64();
  const auto expires = said["exp"].as_int64();
  // Seconds that would not fit as microseconds are nothing we ever wrote.
  constexpr auto most = std::numeric_limits<std::int64_t>::max() / micros;
  if (!user || !session || !issued || !expires || *expires > most || *expires < 0 ||
      *issued > most || *issued < 0)
    return std::nullopt;
  return bearer_claims{user_id{*user}, std::string{*session}, iso_time{*issued * micros},
                       iso_time{*expires * micros}};
}

}  // namespace

bearer_keys::bearer_keys(std::string current, std::string previous)
    : current_(std::move(current)), previous_(std::move(previous)) {}

std::string bearer_keys::sign(const bearer_claims& what) const {
  std::string payload;
  json_writer json{payload};
  json.begin_object().member("userId", what.user.value);
  json.member("iat", what.issued.micros / micros).member("exp", what.expires.micros / micros);
  json.member("jti", what.session).end_object();
  auto out = to_base64url(R"({"alg":"HS256","typ":"JWT"})") + '.' + to_base64url(payload);
  const auto signature = mac_of(out, current_);
  out += '.';
  out += to_base64url({reinterpret_cast<const char*>(signature.data()), signature.size()});
  return out;
}

std::optional<bearer_claims> bearer_keys::read(std::string_view token, iso_time present) const {
  if (!usable() || token.size() > longest)
    return std::nullopt;
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  const auto signature = from_base64url(token.substr(second + 1));
  const auto text = token.substr(0, second);
  // The signature first: nothing that we did not write is looked into.
  if (!signature ||
      (!signed_with(current_, text, *signature) && !signed_with(previous_, text, *signature)))
    return std::nullopt;
  if (!is_our_header(token.substr(0, first)))
    return std::nullopt;
  auto out = claims_in(token.substr(first + 1, second - first - 1));
  if (!out || out->expires <= present)
    return std::nullopt;
  return out;
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() <= scheme.size())
    return {};
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != scheme[i])
      return {};
  }
  authorization.remove_prefix(scheme.size());
  while (!authorization.empty() && authorization.front() == ' ')
    authorization.remove_prefix(1);
  while (!authorization.empty() && authorization.back() == ' ')
    authorization.remove_suffix(1);
  return authorization;
}

}  // namespace stoa
