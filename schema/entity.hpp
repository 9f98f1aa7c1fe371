#pragma once

#include "schema/field.hpp"
#include "schema/rule.hpp"

#include <bitset>
#include <concepts>

namespace stoa {

/// Which fields of an entity, by their place in it.
using field_set = std::bitset<64>;

/// A table described once: data that every layer reads in its own way.
struct entity {
  const char* name;   ///< `study_group`
  const char* table;  ///< `study_groups`
  std::span<const field> fields;
  struct rules rules;
  /// The column that holds the establishment; every statement is bound to it by itself.
  const char* tenant = "establishment_id";

  [[nodiscard]] const field* find_column(std::string_view column) const noexcept;
  /// By wire name; hidden fields are not found.
  [[nodiscard]] const field* find_wire(std::string_view wire) const noexcept;
  /// The first field with `trait::key`, null when there is none.
  [[nodiscard]] const field* key() const noexcept;
  /// The tenant column's field, null when the table belongs to no establishment.
  [[nodiscard]] const field* tenant_field() const noexcept;
  [[nodiscard]] std::size_t index_of(const field& f) const noexcept {
    return static_cast<std::size_t>(&f - fields.data());
  }
};

/// The description of a row type. Each described struct has a `description_of(const T*)` beside it.
template <class T>
[[nodiscard]] const entity& entity_of() {
  return description_of(static_cast<const T*>(nullptr));
}

/// A struct that has a description.
template <class T>
concept described = requires(const T* x) {
  { description_of(x) } -> std::same_as<const entity&>;
};

// -- JSON in ----

/// Reads a request body that makes a new row into `row`. Every complaint is collected (at most 32):
/// a missing, null or wrong value, a value beyond its limits, and, where the dialect refuses them,
/// members that are unknown or the server's. Members a client may not set are never taken over.
[[nodiscard]] outcome<void> read_create(const entity& what, const dialect& habits, json_value body,
                                        void* row);

/// Reads a request body that changes some members, and says which were there.
[[nodiscard]] outcome<field_set> read_change(const entity& what, const dialect& habits,
                                             json_value body, void* row);

template <described T>
[[nodiscard]] outcome<T> read_create(json_value body, const dialect& habits = native_dialect) {
  T row{};
  if (auto done = read_create(entity_of<T>(), habits, body, &row); !done)
    return std::move(done).error();
  return row;
}

/// A partial change: only the members in `which` of `values` mean anything.
template <class T>
struct change_of {
  T values;
  field_set which;
};

template <described T>
[[nodiscard]] outcome<change_of<T>> read_change(json_value body,
                                                const dialect& habits = native_dialect) {
  change_of<T> out{};
  auto done = read_change(entity_of<T>(), habits, body, &out.values);
  if (!done)
    return std::move(done).error();
  out.which = *done;
  return out;
}

/// The fields that these members belong to: `fields_of<&user::name, &user::bio>()`.
template <auto... Members>
[[nodiscard]] field_set fields_of();

// -- JSON out ----

/// Writes the visible members of a row into an object that is already open, so that a view can add
/// its own.
void write_members(const entity& what, const dialect& habits, const void* row, json_writer& out);

/// Writes a row as an object.
void write_json(const entity& what, const dialect& habits, const void* row, json_writer& out);

template <described T>
void write_json(const T& row, json_writer& out, const dialect& habits = native_dialect) {
  write_json(entity_of<T>(), habits, &row, out);
}

template <described T>
void write_members(const T& row, json_writer& out, const dialect& habits = native_dialect) {
  write_members(entity_of<T>(), habits, &row, out);
}

/// A row as JSON text.
template <described T>
[[nodiscard]] std::string to_json(const T& row, const dialect& habits = native_dialect) {
  std::string out;
  json_writer writer{out};
  write_json(row, writer, habits);
  return out;
}

// -- rows ----

/// Fills a row from the cells of a result that has the entity's columns in the entity's order.
/// `unavailable` when a cell is not what the description says: the database is another one.
[[nodiscard]] outcome<void> read_row(const entity& what,
                                     std::span<const std::optional<std::string_view>> cells,
                                     void* row);

template <described T>
[[nodiscard]] outcome<T> read_row(std::span<const std::optional<std::string_view>> cells) {
  T row{};
  if (auto done = read_row(entity_of<T>(), cells, &row); !done)
    return std::move(done).error();
  return row;
}

/// Whether the caller may, for this row.
template <described T>
[[nodiscard]] bool permits(const rule& who_may, const scope& who, const T& row) {
  return permits(who_may, who, entity_of<T>(), &row);
}

/// What is wrong with a description: a rule about a column that is not there, two fields of one
/// name, no key, more than 64 fields. Empty when all is well; a test asks it of every entity.
[[nodiscard]] std::vector<std::string> mistakes_in(const entity& what);

template <auto... Members>
field_set fields_of() {
  field_set out;
  const auto add = [&out]<auto Member>() {
    using row = typename member_functions<Member>::row;
    const auto& what = entity_of<row>();
    for (const auto& f : what.fields)
      if (f.write == &member_functions<Member>::write)
        out.set(what.index_of(f));
  };
  (add.template operator()<Members>(), ...);
  return out;
}

}  // namespace stoa
