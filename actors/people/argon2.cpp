#include "actors/people/argon2.hpp"

#include <algorithm>
#include <charconv>

namespace stoa {

namespace {

constexpr std::size_t longest_hash = 512;
constexpr std::uint32_t most_memory = 1024 * 1024;  // KiB
constexpr std::uint32_t most_passes = 64;
constexpr std::uint32_t most_lanes = 16;

bool take(std::string_view& rest, std::string_view begin) {
  if (!rest.starts_with(begin))
    return false;
  rest.remove_prefix(begin.size());
  return true;
}

bool take(std::string_view& rest, std::string_view name, std::uint32_t most, std::uint32_t& out) {
  if (!take(rest, name))
    return false;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), out);
  if (read.ec != std::errc{} || out < 1 || out > most)
    return false;
  rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
  return true;
}

bool take_base64(std::string_view& rest, std::uint32_t& characters) {
  const auto end = std::find_if(rest.begin(), rest.end(), [](char c) {
    return (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '+' &&
           c != '/';
  });
  characters = static_cast<std::uint32_t>(end - rest.begin());
  rest.remove_prefix(characters);
  return characters > 0;
}

}  // namespace

std::optional<argon2_form> read_argon2(std::string_view hash) {
  if (hash.size() > longest_hash)
    return std::nullopt;
  argon2_form out;
  out.is_id = take(hash, "$argon2id$");
  if (!out.is_id && !take(hash, "$argon2i$"))
    return std::nullopt;
  if (!take(hash, "v=19$") || !take(hash, "m=", most_memory, out.memory) ||
      !take(hash, ",t=", most_passes, out.passes) || !take(hash, ",p=", most_lanes, out.lanes) ||
      !take(hash, "$") || !take_base64(hash, out.salt) || !take(hash, "$") ||
      !take_base64(hash, out.tag) || !hash.empty())
    return std::nullopt;
  return out;
}

}  // namespace stoa
