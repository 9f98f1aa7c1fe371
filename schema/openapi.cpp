#include "schema/openapi.hpp"

#include <fmt/format.h>

namespace stoa {

namespace {

// "string", or ["string","null"] as JSON Schema spells what may be null.
void write_type(std::string_view type, bool nullable, json_writer& out) {
  out.key("type");
  if (nullable)
    out.begin_array().value(type).value("null").end_array();
  else
    out.value(type);
}

void write_words(const field& f, const dialect& habits, bool nullable, json_writer& out) {
  out.key("enum").begin_array();
  for (const auto word : f.limits.words)
    out.value(f.limits.family.empty() ? word : habits.spell(f.limits.family, word));
  if (nullable)
    out.null();
  out.end_array();
}

void write_text_limits(const value_limits& limits, json_writer& out) {
  if (limits.min_length > 0)
    out.member("minLength", limits.min_length);
  out.member("maxLength", limits.max_length);
  if (*limits.shape.format != '\0')
    out.member("format", limits.shape.format);
  if (*limits.shape.pattern != '\0')
    out.member("pattern", limits.shape.pattern);
}

void write_range(const value_limits& limits, json_writer& out) {
  if (limits.min != std::numeric_limits<std::int64_t>::min())
    out.member("minimum", limits.min);
  if (limits.max != std::numeric_limits<std::int64_t>::max())
    out.member("maximum", limits.max);
}

void write_moment(bool as_number, bool nullable, json_writer& out) {
  write_type(as_number ? "integer" : "string", nullable, out);
  out.member("format", as_number ? "int64" : "date-time");
}

// The members of one field's schema, in an object that is open.
void write_field(const field& f, const dialect& habits, bool nullable, json_writer& out) {
  switch (f.kind) {
    case value_kind::text:
    case value_kind::word:
      write_type("string", nullable, out);
      if (f.limits.words.empty())
        write_text_limits(f.limits, out);
      else
        write_words(f, habits, nullable, out);
      break;
    case value_kind::boolean:
      write_type("boolean", nullable, out);
      break;
    case value_kind::int32:
    case value_kind::int64:
      write_type("integer", nullable, out);
      out.member("format", f.kind == value_kind::int32 ? "int32" : "int64");
      write_range(f.limits, out);
      break;
    case value_kind::real:
      write_type("number", nullable, out);
      out.member("format", "double");
      write_range(f.limits, out);
      break;
    case value_kind::decimal:
      write_type("string", nullable, out);
      out.member("pattern", f.scale == 0 ? std::string{"^-?[0-9]+$"}
                                         : fmt::format("^-?[0-9]+\\.[0-9]{{{}}}$", f.scale));
      break;
    case value_kind::moment:
      write_moment(habits.moments == moment_spelling::epoch_ms, nullable, out);
      break;
    case value_kind::epoch_ms:
      write_moment(true, nullable, out);
      break;
    case value_kind::texts:
      write_type("array", nullable, out);
      out.member("maxItems", f.limits.max_items).key("items").begin_object();
      write_type("string", false, out);
      write_text_limits(f.limits, out);
      out.end_object();
      break;
    case value_kind::json:
      out.member("description", fmt::format("any JSON of at most {} bytes", f.limits.max_length));
      break;
  }
}

bool appears(const field& f, schema_shape shape) {
  if (f.is(trait::hidden))
    return false;
  if (shape == schema_shape::read)
    return true;
  if (f.has_any(trait::key | trait::set_by_server | trait::touched))
    return false;
  return shape == schema_shape::create || !f.is(trait::immutable);
}

void write_fault_schema(const dialect& habits, json_writer& out) {
  const auto& keys = habits.errors;
  const auto text = [&](std::string_view key) {
    if (!key.empty())
      out.key(key).begin_object().member("type", "string").end_object();
  };
  out.begin_object().member("type", "object").key("properties").begin_object();
  text(keys.text);
  text(keys.text_again);
  text(keys.code);
  if (!keys.list.empty()) {
    out.key(keys.list).begin_object().member("type", "array").key("items").begin_object();
    out.member("type", "object").key("properties").begin_object();
    text(keys.path);
    text(keys.said);
    out.end_object().end_object().end_object();
  }
  out.end_object().key("required").begin_array();
  for (const auto key : {keys.text, keys.text_again, keys.code})
    if (!key.empty())
      out.value(key);
  out.end_array().end_object();
}

std::string_view meaning_of(std::string_view operation) {
  if (operation.empty())
    return "equal to this";
  if (operation == "contains")
    return "contains this, whatever the case";
  if (operation == "in")
    return "one of these, separated by commas";
  if (operation == "null")
    return "true: has no value; false: has one";
  return "compared with this";
}

}  // namespace

std::string schema_name(const entity& what, schema_shape shape) {
  std::string out;
  bool upper = true;
  for (const char* c = what.name; *c != '\0'; ++c) {
    if (*c != '_')
      out.push_back(upper && *c >= 'a' ? static_cast<char>(*c - 'a' + 'A') : *c);
    upper = *c == '_';
  }
  if (shape == schema_shape::create)
    out += "Create";
  if (shape == schema_shape::change)
    out += "Change";
  return out;
}

void write_schema_reference(std::string_view name, json_writer& out) {
  out.begin_object().member("$ref", fmt::format("#/components/schemas/{}", name)).end_object();
}

void write_schema(const entity& what, schema_shape shape, const dialect& habits, json_writer& out) {
  out.begin_object().member("type", "object").key("properties").begin_object();
  for (const auto& f : what.fields) {
    if (!appears(f, shape))
      continue;
    out.key(f.wire.view()).begin_object();
    write_field(f, habits, f.is(trait::nullable), out);
    if (shape == schema_shape::create && !f.has_any(trait::required | trait::nullable)) {
      out.key("default");
      f.write_default(f, habits, out);
    }
    out.end_object();
  }
  out.end_object().key("required").begin_array();
  for (const auto& f : what.fields)
    if (appears(f, shape) &&
        (shape == schema_shape::read || (shape == schema_shape::create && f.is(trait::required))))
      out.value(f.wire.view());
  out.end_array();
  if (shape != schema_shape::read && habits.unknown == unknown_keys::refuse)
    out.member("additionalProperties", false);
  out.end_object();
}

void write_list_schema(const entity& what, const dialect& habits, json_writer& out) {
  const auto rows = [&] {
    out.begin_object().member("type", "array").key("items");
    write_schema_reference(schema_name(what, schema_shape::read), out);
    out.end_object();
  };
  if (habits.lists == list_shape::bare_array)
    return rows();
  out.begin_object().member("type", "object").key("properties").begin_object();
  out.key(habits.page.items);
  rows();
  out.key(habits.page.next).begin_object();
  write_type("string", true, out);
  out.end_object().end_object();
  out.key("required").begin_array().value(habits.page.items).end_array().end_object();
}

void write_component_schemas(std::span<const entity* const> entities, const dialect& habits,
                             json_writer& out) {
  out.begin_object();
  for (const auto* what : entities) {
    for (const auto shape : {schema_shape::read, schema_shape::create, schema_shape::change}) {
      out.key(schema_name(*what, shape));
      write_schema(*what, shape, habits, out);
    }
  }
  out.key(fault_schema_name);
  write_fault_schema(habits, out);
  out.end_object();
}

void write_list_parameters(const entity& what, const dialect& habits, const list_limits& limits,
                           json_writer& out) {
  const auto parameter = [&](std::string_view name, std::string_view says, auto&& schema) {
    if (name.empty())
      return;
    out.begin_object().member("name", name).member("in", "query").member("description", says);
    out.key("schema").begin_object();
    schema();
    out.end_object().end_object();
  };
  const auto text = [&] { out.member("type", "string"); };
  for (const auto& f : what.fields) {
    if (!f.is(trait::filterable) || f.is(trait::hidden))
      continue;
    for (const auto operation : operators_of(f)) {
      const auto name = operation == "eq" ? std::string{f.wire.view()}
                                          : fmt::format("{}[{}]", f.wire.view(), operation);
      parameter(name, meaning_of(operation == "eq" ? "" : operation), [&] {
        if (operation == "null")
          out.member("type", "boolean");
        else if (operation == "in" || f.kind == value_kind::texts ||
                 (f.kind == value_kind::text && f.limits.words.empty()))
          text();
        else
          write_field(f, habits, false, out);
      });
    }
  }
  parameter(habits.query.sort, "fields to sort by, separated by commas; - before one reverses it",
            text);
  parameter(habits.query.sort_by, "the field to sort by", text);
  parameter(habits.query.sort_order, "asc or desc", text);
  parameter(habits.query.limit, "rows a page", [&] {
    out.member("type", "integer").member("minimum", 1).member("maximum", limits.most);
    out.member("default", limits.usual);
  });
  parameter(habits.query.cursor, "where the last page ended", text);
  parameter(habits.query.page, "the page's number, from 1",
            [&] { out.member("type", "integer").member("minimum", 1); });
}

}  // namespace stoa
