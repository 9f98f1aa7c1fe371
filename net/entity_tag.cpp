#include "net/entity_tag.hpp"

#include "net/header_text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <cstdint>

namespace stoa {

namespace {

// `"x-gzip"` and `"x"` without the last quote: what both codings of one text have in common.
std::string_view without_coding(std::string_view tag) noexcept {
  for (const std::string_view end : {"\"", "-gzip"})
    if (tag.ends_with(end))
      tag.remove_suffix(end.size());
  return tag;
}

// What all forms have in common.
std::string_view common_part(std::string_view tag) noexcept {
  constexpr std::string_view envelope = "-envelope";
  tag = without_coding(tag);
  if (tag.ends_with(envelope))
    tag.remove_suffix(envelope.size());
  return tag;
}

std::string with_end(std::string_view tag, std::string_view end) {
  return fmt::format("{}{}\"", tag.ends_with('"') ? tag.substr(0, tag.size() - 1) : tag, end);
}

template <class Equal>
bool any_of_list(std::string_view list, Equal equal) noexcept {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const auto item = trimmed(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (item == "*" || (!item.empty() && equal(item)))
      return true;
  }
  return false;
}

}  // namespace

std::string strong_tag(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string tag = "\"";
  for (unsigned i = 0; i < 12; ++i) {
    tag += digits[digest[i] >> 4];
    tag += digits[digest[i] & 15];
  }
  return tag + '"';
}

std::string weak_tag(std::string_view text) {
  std::uint64_t hash = 0;
  static_assert(sizeof hash == crypto_shorthash_BYTES);
  constexpr unsigned char key[crypto_shorthash_KEYBYTES] = {};  // the same on every node
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                   reinterpret_cast<const unsigned char*>(text.data()), text.size(), key);
  return fmt::format("W/\"{:x}-{:x}\"", text.size(), hash);
}

std::string tag_in_gzip(std::string_view tag) {
  return tag.starts_with("W/") ? std::string{tag} : with_end(tag, "-gzip");
}

std::string tag_in_envelope(std::string_view tag) {
  return with_end(tag, "-envelope");
}

bool names_tag(std::string_view list, std::string_view tag) noexcept {
  const auto bare = [](std::string_view x) {
    return without_coding(x.starts_with("W/") ? x.substr(2) : x);
  };
  return any_of_list(list, [&](std::string_view item) { return bare(item) == bare(tag); });
}

bool matches_tag(std::string_view list, std::string_view tag) noexcept {
  return any_of_list(list, [&](std::string_view item) {
    return !tag.empty() && !tag.starts_with("W/") && !item.starts_with("W/") &&
           common_part(item) == common_part(tag);
  });
}

}  // namespace stoa
