#pragma once

#include "schema/json_writer.hpp"
#include "schema/outcome.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stoa {

/// How much JSON is accepted.
struct json_limits {
  std::size_t max_bytes = 10UL * 1024 * 1024;
  std::size_t max_depth = 32;  ///< arrays and objects inside each other; at most 512 are obeyed
};

/// What a JSON value is.
enum class json_kind : std::uint8_t { null, boolean, integer, real, string, array, object };

/// With its article, for sentences: "an object", "a string", "null".
[[nodiscard]] const char* a_kind(json_kind kind) noexcept;

class json_items;
class json_members;

/// A value inside a parsed document: two words, copied freely, valid while its `json` lives.
/// A default-constructed one reads as null.
class json_value {
public:
  json_value() = default;

  [[nodiscard]] json_kind kind() const noexcept;
  [[nodiscard]] bool is_null() const noexcept { return kind() == json_kind::null; }
  [[nodiscard]] bool is_object() const noexcept { return kind() == json_kind::object; }
  [[nodiscard]] bool is_array() const noexcept { return kind() == json_kind::array; }
  [[nodiscard]] bool is_string() const noexcept { return kind() == json_kind::string; }

  // Nothing when the value is of another kind.
  [[nodiscard]] std::optional<std::string_view> as_string() const noexcept;
  [[nodiscard]] std::optional<bool> as_bool() const noexcept;
  /// Also `3.0` and `3e2`, as JavaScript spells integers; nothing when it does not fit.
  [[nodiscard]] std::optional<std::int64_t> as_int64() const noexcept;
  [[nodiscard]] std::optional<double> as_double() const noexcept;

  /// The member of that name; nothing when it is absent or this is no object.
  [[nodiscard]] std::optional<json_value> find(std::string_view key) const noexcept;
  /// The same, with null in the place of nothing.
  [[nodiscard]] json_value operator[](std::string_view key) const noexcept {
    return find(key).value_or(json_value{});
  }

  /// How many items or members; 0 for anything else.
  [[nodiscard]] std::size_t size() const noexcept;
  /// The items of an array, none for anything else: `for (auto item : value.items())`.
  [[nodiscard]] json_items items() const noexcept;
  /// The members of an object: `for (auto [name, member] : value.members())`.
  [[nodiscard]] json_members members() const noexcept;

  /// This value as JSON text, without blanks: what goes into an opaque column.
  [[nodiscard]] std::string text() const;
  /// The same, into a writer.
  void write(json_writer& out) const;

private:
  friend class json;
  friend struct json_access;

  // Simdjson's tape position, told apart from simdjson's type so that this header does not need it.
  const void* document_ = nullptr;
  std::size_t at_ = 0;
};

/// A parsed JSON text. Copies share it. Strict RFC 8259, and on top of it refused: a name that
/// appears twice in one object, U+0000 (nothing here can store it), unpaired surrogates, and
/// integers beyond 64 bits.
class json {
public:
  json() = default;

  /// Reads a text. Fails with `too_large` above `max_bytes`, else with `invalid` and one complaint
  /// that names the member (dotted path) and the line and column of the mistake.
  [[nodiscard]] static outcome<json> parse(std::string_view text, const json_limits& limits = {});

  [[nodiscard]] const json_value& root() const noexcept { return root_; }
  [[nodiscard]] const json_value* operator->() const noexcept { return &root_; }

private:
  std::shared_ptr<const void> document_;
  json_value root_;
};

/// A member of an object.
struct json_member {
  std::string_view name;
  json_value value;
};

/// The items of an array, as a range.
class json_items {
public:
  class iterator {
  public:
    [[nodiscard]] json_value operator*() const noexcept { return here_; }
    iterator& operator++() noexcept;
    friend bool operator!=(const iterator& a, const iterator& b) noexcept { return a.at_ != b.at_; }

  private:
    friend struct json_access;
    json_value here_;
    std::size_t at_ = 0;
  };

  [[nodiscard]] iterator begin() const noexcept { return begin_; }
  [[nodiscard]] iterator end() const noexcept { return end_; }

private:
  friend struct json_access;
  iterator begin_;
  iterator end_;
};

/// The members of an object, as a range.
class json_members {
public:
  class iterator {
  public:
    [[nodiscard]] json_member operator*() const noexcept;
    iterator& operator++() noexcept;
    friend bool operator!=(const iterator& a, const iterator& b) noexcept { return a.at_ != b.at_; }

  private:
    friend struct json_access;
    const void* document_ = nullptr;
    std::size_t at_ = 0;
  };

  [[nodiscard]] iterator begin() const noexcept { return begin_; }
  [[nodiscard]] iterator end() const noexcept { return end_; }

private:
  friend struct json_access;
  iterator begin_;
  iterator end_;
};

}  // namespace stoa
