#include "tools/intake/rows.hpp"

#include "schema/dialects.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

namespace stoa::intake {

namespace {

// Where the references of the dumped tables lead; all of them within the establishment.
struct reference {
  std::string_view column;
  std::string_view table;
};
constexpr reference references[] = {
    {"user_id", "users"},         {"author_id", "users"},       {"organizer_id", "users"},
    {"sender_id", "users"},       {"recipient_id", "users"},    {"submitter_id", "users"},
    {"assigned_to_id", "users"},  {"granted_by", "users"},      {"instructor_id", "users"},
    {"training_id", "trainings"}, {"course_id", "courses"},     {"lesson_id", "lessons"},
    {"quiz_id", "quizzes"},       {"topic_id", "forum_topics"}, {"category_id", "forum_categories"},
};

std::string_view table_behind(std::string_view column) {
  for (const auto& each : references)
    if (each.column == column)
      return each.table;
  return {};
}

bool is_needed(const field& f) {
  return f.has_any(trait::required | trait::key) ||
         (!f.is(trait::nullable) && !table_behind(f.name).empty());
}

// A list as the JSON text of one, and a text that is meant as JSON but came as it is.
json_value in_our_shape(const field& f, json_value value, json& held) {
  std::string text;
  if (f.kind == value_kind::texts && value.is_string()) {
    text = *value.as_string();
    if (text.empty())
      text = "[]";
  } else if (f.kind == value_kind::text && (value.is_array() || value.is_object())) {
    json_writer{text}.value(value.text());
  } else {
    return value;
  }
  auto read = json::parse(text);
  if (!read)
    return value;  // the field says what is wrong with it
  held = std::move(*read);
  return held.root();
}

std::string_view our_name(json_value from, std::string_view theirs, std::span<const alias> names) {
  for (const auto& each : names)
    if (each.theirs == theirs)
      return from.find(each.ours) ? std::string_view{} : each.ours;
  return theirs;
}

void read_member(const field& f, json_value value, void* row, std::vector<complaint>& wrong) {
  const auto wire = f.wire.view();
  json held;
  value = in_our_shape(f, value, held);
  auto why = f.read(f, intrasphere_dialect, value, row);
  if (!why)
    return;
  const auto path = why.at.empty() ? std::string{wire} : fmt::format("{}.{}", wire, why.at);
  wrong.push_back({path, fmt::format("{} {}", path, why.what)});
}

}  // namespace

field_set read_entity(const entity& what, json_value from, std::span<const alias> aliases,
                      void* row, std::vector<complaint>& wrong) {
  field_set there;
  for (const auto [name, value] : from.members()) {
    const auto* f = what.find_wire(our_name(from, name, aliases));
    if (f == nullptr || f == what.tenant_field())
      continue;
    const bool nothing =
        value.is_null() || (f->is(trait::nullable) && value.as_string() == "" &&
                            (f->kind != value_kind::text || f->limits.min_length > 0));
    if (nothing && (!f->is(trait::nullable) || f->is(trait::from_database)))
      continue;  // its usual value, or missed below
    there.set(what.index_of(*f));
    read_member(*f, nothing ? json_value{} : value, row, wrong);
  }
  for (const auto& f : what.fields)
    if (is_needed(f) && !f.is(trait::hidden) && &f != what.tenant_field() &&
        !there.test(what.index_of(f)))
      wrong.push_back({std::string{f.wire.view()}, fmt::format("{} is required", f.wire.view())});
  return there;
}

statement insert_entity(const entity& what, const establishment_id& into, const field_set& there,
                        const void* row, std::span<const found_value> found,
                        std::string_view conflict) {
  statement out;
  std::string columns;
  std::string values;
  const auto bind = [&out](sql_value value) {
    out.params.push_back(std::move(value));
    return "$" + std::to_string(out.params.size());
  };
  const auto add = [&](const field& f, const std::string& value) {
    columns += fmt::format("{}\"{}\"", columns.empty() ? "" : ", ", f.name);
    values += fmt::format("{}{}", values.empty() ? "" : ", ", value);
  };
  for (const auto& f : what.fields) {
    if (&f == what.tenant_field()) {
      add(f, bind(into.value));
      continue;
    }
    const auto* special = std::find_if(found.data(), found.data() + found.size(),
                                       [&f](const auto& x) { return x.column == f.name; });
    if (special != found.data() + found.size()) {
      if (special->sql.empty())
        continue;
      std::string sql{special->sql};
      sql.replace(sql.find('?'), 1, bind(special->value));
      add(f, sql);
      continue;
    }
    if (f.is(trait::from_database) && !there.test(what.index_of(f)))
      continue;
    auto value = f.to_sql(row);
    if (const auto table = table_behind(f.name); !table.empty() && value)
      add(f, fmt::format("(select id from {} where id = {})", table, bind(std::move(value))));
    else
      add(f, bind(std::move(value)));
  }
  out.sql = sql_text{fmt::format("insert into {} ({}) values ({}){} returning 1", what.table,
                                 columns, values, conflict)};
  return out;
}

bool is_about_the_row(const fault& why) {
  return why.code == fault_code::invalid || why.code == fault_code::conflict;
}

complaint in_words(const entity* what, const fault& why) {
  // "23505 users_email: duplicate key …", as pg/sql_state spells it.
  const std::string_view cause{why.cause};
  auto constraint = cause.substr(std::min<std::size_t>(6, cause.size()));
  constraint = constraint.substr(0, constraint.find(':'));
  const auto named = [&](std::string_view column) {
    const auto* f = what == nullptr ? nullptr : what->find_column(column);
    return f == nullptr ? std::string{column} : std::string{f->wire.view()};
  };
  if (cause.starts_with("23502")) {  // null value in column "sender_id" of relation …
    auto column = cause.substr(std::min(cause.find('"') + 1, cause.size()));
    column = column.substr(0, column.find('"'));
    const auto name = named(column);
    return {name, fmt::format("{} refers to something that is not there", name)};
  }
  if (what != nullptr && constraint == fmt::format("{}_pkey", what->table))
    return {"id", "id is taken: ids are unique over all establishments"};
  if (constraint == "users_sign_in_name")
    return {"username", "username is somebody's already"};
  if (constraint == "users_employee_number")
    return {"employeeId", "employeeId is somebody's already"};
  if (constraint == "users_email")
    return {"email", "email is somebody's already"};
  auto column = constraint;
  if (what != nullptr && column.starts_with(std::string{what->table} + "_"))
    column.remove_prefix(std::string_view{what->table}.size() + 1);
  for (const std::string_view end : {"_check", "_fkey", "_key"})
    if (column.ends_with(end))
      column.remove_suffix(end.size());
  const auto name = named(column);
  return {name, fmt::format("{}: {}", name, why.text)};
}

}  // namespace stoa::intake
