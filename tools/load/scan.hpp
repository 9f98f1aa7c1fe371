#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stoa::load {

/// Walks the members of one JSON object from the left, without a tree: a load tester reads a few
/// fields of very many frames. It trusts the server to send JSON and stops where it does not.
class members_of {
public:
  explicit members_of(std::string_view object);
  /// Goes to the next member; false at the end. `name` is without quotes, `value` is raw text.
  bool next();

  std::string_view name;
  std::string_view value;

private:
  std::string_view rest_;
};

/// Walks the items of one JSON array in the same way.
class items_of {
public:
  explicit items_of(std::string_view array);
  bool next();

  std::string_view value;

private:
  std::string_view rest_;
};

/// The inside of a raw string, escapes as they are; empty for anything else.
[[nodiscard]] std::string_view inside(std::string_view raw);
/// A raw string as text, with its escapes resolved.
[[nodiscard]] std::string text_of(std::string_view raw);
/// A raw number; 0 for anything else.
[[nodiscard]] std::uint64_t number_of(std::string_view raw);
/// The raw value of one member, empty when there is none.
[[nodiscard]] std::string_view member_of(std::string_view object, std::string_view name);

}  // namespace stoa::load
