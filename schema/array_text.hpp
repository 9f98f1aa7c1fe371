#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stoa {

/// Builds PostgreSQL's text form of an array (manual §8.15.2), element by element.
class array_text {
public:
  /// Appends an element, quoted.
  void add(std::string_view text);
  void add_null();
  void add_or_null(const std::optional<std::string>& text) { text ? add(*text) : add_null(); }
  /// The literal; the builder is spent.
  [[nodiscard]] std::string take();

private:
  std::string out_ = "{";
};

}  // namespace stoa
