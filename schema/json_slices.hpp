#pragma once

#include "schema/outcome.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace stoa {

/// A member of an object or an item of an array, as it stands in the text.
struct json_slice {
  std::string name;       ///< of a member; empty for an item
  std::string_view text;  ///< the value, without the blanks around it
};

/// Walks over the members of a JSON object, or the items of an array, without reading what is in
/// them: for files that nobody wants in memory as one document. It looks at brackets, quotes and
/// commas only, so a slice that it gives may still be refused by `json::parse`.
class json_slices {
public:
  /// Of a text that is one object or one array; anything else fails at the first `next`.
  explicit json_slices(std::string_view text);

  [[nodiscard]] bool is_object() const noexcept { return end_ == '}'; }

  /// The next slice; nothing after the last one. `invalid` where the text stops being JSON, and
  /// `place` is there.
  [[nodiscard]] outcome<std::optional<json_slice>> next();

  /// How many bytes of the text are behind us.
  [[nodiscard]] std::size_t place() const noexcept { return at_; }

private:
  [[nodiscard]] fault lost(const char* wanted) const;
  void skip_blanks() noexcept;
  [[nodiscard]] bool skip_string() noexcept;
  [[nodiscard]] bool skip_nested() noexcept;
  [[nodiscard]] bool skip_value() noexcept;
  [[nodiscard]] outcome<std::string> name();

  std::string_view text_;
  std::size_t at_ = 0;
  char end_ = '\0';  // '}' or ']'; 0 when the text is neither an object nor an array
  bool first_ = true;
  bool over_ = false;
};

}  // namespace stoa
