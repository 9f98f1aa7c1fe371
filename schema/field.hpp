#pragma once

#include "schema/codec.hpp"

#include <type_traits>

namespace stoa {

template <class Class, class Type>
struct member_pointer {
  using owner = Class;
  using type = Type;
};

template <class Class, class Type>
constexpr member_pointer<Class, Type> parts_of(Type Class::*) {
  return {};
}

/// The five things done to one member of a struct that is only known by its address.
template <auto Member>
struct member_functions {
  using parts = decltype(parts_of(Member));
  using row = typename parts::owner;
  using type = typename parts::type;
  using codec = stoa::codec<type>;

  static problem read(const field& f, const dialect& habits, json_value in, void* to) {
    return codec::read(f, habits, in, static_cast<row*>(to)->*Member);
  }
  static void write(const field& f, const dialect& habits, const void* from, json_writer& out) {
    codec::write(f, habits, static_cast<const row*>(from)->*Member, out);
  }
  static std::optional<std::string> to_sql(const void* from) {
    return codec::to_sql(static_cast<const row*>(from)->*Member);
  }
  static bool from_sql(std::optional<std::string_view> cell, void* to) {
    return codec::from_sql(cell, static_cast<row*>(to)->*Member);
  }
  static problem to_parameter(const field& f, const dialect& habits, std::string_view text,
                              std::string& out) {
    typename codec::bare value{};
    auto why = stoa::codec<typename codec::bare>::from_text(f, habits, text, value);
    if (!why)
      out = stoa::codec<typename codec::bare>::to_sql(value).value_or(std::string{});
    return why;
  }
  static void write_default(const field& f, const dialect& habits, json_writer& out) {
    const row fresh{};
    codec::write(f, habits, fresh.*Member, out);
  }
};

/// The words that descriptions are written in; `using namespace describe;` where they are.
namespace describe {

inline constexpr trait key = trait::key;
inline constexpr trait required = trait::required;
inline constexpr trait nullable = trait::nullable;
inline constexpr trait immutable = trait::immutable;
inline constexpr trait set_by_server = trait::set_by_server;
inline constexpr trait from_database = trait::from_database;
inline constexpr trait touched = trait::touched;
inline constexpr trait hidden = trait::hidden;
inline constexpr trait sortable = trait::sortable;
inline constexpr trait filterable = trait::filterable;
inline constexpr trait not_blank = trait::not_blank;

/// How many code points a text, or each text of a list, may have; bytes for opaque JSON.
struct length {
  std::uint32_t min;
  std::uint32_t max;
  constexpr length(std::uint32_t at_least, std::uint32_t at_most) : min(at_least), max(at_most) {}
};

/// How many texts a list may have.
struct items {
  std::uint32_t max;
  constexpr explicit items(std::uint32_t at_most) : max(at_most) {}
};

/// Between which numbers a number must be, both included.
struct range {
  std::int64_t min;
  std::int64_t max;
  constexpr range(std::int64_t low, std::int64_t high) : min(low), max(high) {}
};

/// The words a text may be. `family` names the set for dialects that respell it.
struct one_of {
  std::span<const std::string_view> words;
  std::string_view family;
  constexpr explicit one_of(std::span<const std::string_view> all, std::string_view name = {})
      : words(all), family(name) {}
};

/// The name on the wire, where it is not the column's name in camel case.
struct wire {
  std::string_view name;
  constexpr explicit wire(std::string_view text) : name(text) {}
};

/// A text must look like this: see `shapes`.
struct shaped {
  text_shape shape;
  constexpr explicit shaped(text_shape x) : shape(x) {}
};

constexpr void apply(field& f, trait x) {
  f.traits = f.traits | x;
}
constexpr void apply(field& f, length x) {
  if (x.min > x.max)
    throw "length: min is above max";
  f.limits.min_length = x.min;
  f.limits.max_length = x.max;
}
constexpr void apply(field& f, items x) {
  f.limits.max_items = x.max;
}
constexpr void apply(field& f, range x) {
  if (x.min > x.max)
    throw "range: min is above max";
  f.limits.min = x.min;
  f.limits.max = x.max;
}
constexpr void apply(field& f, one_of x) {
  f.limits.words = x.words;
  f.limits.family = x.family;
}
constexpr void apply(field& f, wire x) {
  f.wire = wire_name{x.name};
}
constexpr void apply(field& f, shaped x) {
  f.limits.shape = x.shape;
}

/// Describes one member. Everything that its type decides (SQL type, codec, document) is taken from
/// the type; the options say the rest. Contradictions do not compile.
template <auto Member, class... Options>
constexpr field column(const char* name, Options... options) {
  using functions = member_functions<Member>;
  using codec = typename functions::codec;
  field out;
  out.name = name;
  out.wire = wire_name::from_column(name);
  out.kind = codec::kind;
  out.precision = codec::precision;
  out.scale = codec::scale;
  codec::preset(out.limits);
  (apply(out, options), ...);
  if (codec::optional)
    out.traits = out.traits | trait::nullable;
  else if (out.is(trait::nullable))
    throw "nullable needs a std::optional member";
  if (out.is(trait::required) && out.is(trait::set_by_server))
    throw "a client cannot be required to send what the server sets";
  if (out.is(trait::hidden) && (out.is(trait::sortable) || out.is(trait::filterable)))
    throw "a hidden column must not be found out by sorting or filtering";
  if ((out.is(trait::sortable) || out.is(trait::filterable)) &&
      (out.kind == value_kind::json || (out.is(trait::sortable) && out.kind == value_kind::texts)))
    throw "this type has no order or no equality that a list query could use";
  out.read = functions::read;
  out.write = functions::write;
  out.to_sql = functions::to_sql;
  out.from_sql = functions::from_sql;
  out.to_parameter = functions::to_parameter;
  out.write_default = functions::write_default;
  return out;
}

}  // namespace describe

}  // namespace stoa
