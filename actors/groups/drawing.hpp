#pragma once

#include "schema/outcome.hpp"

#include <map>
#include <string>

namespace stoa {

/// The contents of a whiteboard: opaque JSON data and, when clients draw by operations, a map of
/// elements that is shown as `elements` inside that data. The last writer of an element wins.
class drawing {
public:
  /// Puts this JSON text in the place of everything.
  [[nodiscard]] outcome<void> replace(const std::string& data);
  /// The same from the data of a `replace` event; one that only changed the title changes nothing.
  [[nodiscard]] outcome<void> replace_from_event(const std::string& event_data);
  /// Applies `{"op":"set","id","value"}`, `{"op":"remove","id"}` or `{"op":"clear"}`; anything else
  /// is `invalid` and changes nothing.
  [[nodiscard]] outcome<void> apply(const std::string& operation);
  /// What `apply` would say, without doing it.
  [[nodiscard]] static outcome<void> check(const std::string& operation);

  /// Everything as JSON text.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t size() const noexcept { return base_.size() + elements_size_; }

private:
  std::string base_ = "{}";  // without `elements`
  bool base_is_object_ = true;
  std::map<std::string, std::string> elements_;  // id → JSON text
  std::size_t elements_size_ = 0;
};

}  // namespace stoa
