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
  /// is `invalid` and changes nothing. Nor does any operation change a drawing that is not made of
  /// elements.
  [[nodiscard]] outcome<void> apply(const std::string& operation);
  /// Whether operations mean something here: the data is an object, and its `elements`, if it has
  /// any, are one too. Any other drawing has a shape of its own.
  [[nodiscard]] bool is_made_of_elements() const noexcept { return made_of_elements_; }
  /// Whether this is one of the three operations; `invalid` otherwise.
  [[nodiscard]] static outcome<void> check(const std::string& operation);

  /// Everything as JSON text.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t size() const noexcept { return base_.size() + elements_size_; }

private:
  std::string base_ = "{}";  // without `elements`
  bool made_of_elements_ = true;
  bool names_elements_ = false;  // the data had `elements`, so it keeps them when there are none
  std::map<std::string, std::string> elements_;  // id → JSON text
  std::size_t elements_size_ = 0;
};

}  // namespace stoa
