#pragma once

#include "schema/query.hpp"

namespace stoa {

/// The three faces of an entity: what comes back, what makes a new one, what changes one.
enum class schema_shape : std::uint8_t { read, create, change };

/// `StudyGroup`, `StudyGroupCreate`, `StudyGroupChange`.
[[nodiscard]] std::string schema_name(const entity& what, schema_shape shape);

/// The name of the error body's schema.
inline constexpr std::string_view fault_schema_name = "Fault";

/// `{"$ref": "#/components/schemas/StudyGroup"}`.
void write_schema_reference(std::string_view name, json_writer& out);

/// One shape of an entity as JSON Schema 2020-12, the dialect of OpenAPI 3.1: types, limits, closed
/// words as the dialect spells them, defaults, what is required.
void write_schema(const entity& what, schema_shape shape, const dialect& habits, json_writer& out);

/// A list of rows as the dialect shapes lists, by reference.
void write_list_schema(const entity& what, const dialect& habits, json_writer& out);

/// The value of `components.schemas`: three shapes of each entity and the error body.
void write_component_schemas(std::span<const entity* const> entities, const dialect& habits,
                             json_writer& out);

/// Writes into an open array the Parameter objects that `read_query` understands for this entity.
void write_list_parameters(const entity& what, const dialect& habits, const list_limits& limits,
                           json_writer& out);

}  // namespace stoa
