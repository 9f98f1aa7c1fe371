#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace stoa {

/// Why something failed, in the few words every layer understands.
enum class fault_code : std::uint8_t {
  invalid = 1,      ///< the input is wrong; `fault::complaints` may name the fields
  unauthenticated,  ///< nobody is signed in
  forbidden,        ///< somebody is, but may not
  not_found,        ///< it does not exist, or not for this caller
  conflict,         ///< it contradicts what is stored (unique, state)
  too_large,        ///< a body, a frame or a file above its limit
  too_many,         ///< a rate limit; `fault::retry_after` says when to come back
  overloaded,       ///< a queue is full; nothing was done
  unavailable,      ///< a part that is needed is away; it is not known whether anything was done
};

/// The lower-case name of a code, as clients of the native edition read it.
[[nodiscard]] constexpr const char* name_of(fault_code code) noexcept {
  switch (code) {
    case fault_code::invalid:
      return "invalid";
    case fault_code::unauthenticated:
      return "unauthenticated";
    case fault_code::forbidden:
      return "forbidden";
    case fault_code::not_found:
      return "not_found";
    case fault_code::conflict:
      return "conflict";
    case fault_code::too_large:
      return "too_large";
    case fault_code::too_many:
      return "too_many";
    case fault_code::overloaded:
      return "overloaded";
    case fault_code::unavailable:
      return "unavailable";
  }
  return "unavailable";
}

/// One field and what is wrong with it.
struct complaint {
  std::string path;     ///< wire name of the field, dotted below the top level; empty for the body
  std::string message;  ///< a sentence for the person who sent it

  friend bool operator==(const complaint&, const complaint&) = default;
};

/// A failure as a value. `text` may be shown to anybody; `cause` is for the log only.
struct fault {
  fault_code code = fault_code::unavailable;
  std::string text;
  std::string cause;
  std::vector<complaint> complaints;
  std::uint32_t retry_after = 0;  ///< seconds, 0 for unknown
};

/// A fault with a public text.
[[nodiscard]] inline fault fail(fault_code code, std::string text, std::string cause = {}) {
  return fault{code, std::move(text), std::move(cause), {}, 0};
}

/// Either a value or the fault that stood in its way.
template <class T>
class [[nodiscard]] outcome {
public:
  using value_type = T;

  outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  outcome(fault why) : state_(std::in_place_index<1>, std::move(why)) {}

  explicit operator bool() const noexcept { return state_.index() == 0; }
  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }

  [[nodiscard]] T& operator*() & { return std::get<0>(state_); }
  [[nodiscard]] const T& operator*() const& { return std::get<0>(state_); }
  [[nodiscard]] T&& operator*() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] T* operator->() { return &std::get<0>(state_); }
  [[nodiscard]] const T* operator->() const { return &std::get<0>(state_); }

  [[nodiscard]] fault& error() & { return std::get<1>(state_); }
  [[nodiscard]] const fault& error() const& { return std::get<1>(state_); }
  [[nodiscard]] fault&& error() && { return std::get<1>(std::move(state_)); }

private:
  std::variant<T, fault> state_;
};

/// Success without a value, or the fault.
template <>
class [[nodiscard]] outcome<void> {
public:
  using value_type = void;

  outcome() = default;
  outcome(fault why) : why_(std::move(why)), failed_(true) {}

  explicit operator bool() const noexcept { return !failed_; }
  [[nodiscard]] bool has_value() const noexcept { return !failed_; }
  [[nodiscard]] fault& error() & { return why_; }
  [[nodiscard]] const fault& error() const& { return why_; }
  [[nodiscard]] fault&& error() && { return std::move(why_); }

private:
  fault why_;
  bool failed_ = false;
};

}  // namespace stoa
