#include "net/routes/stoa/documents.hpp"

#include "net/resource.hpp"
#include "net/router_table.hpp"
#include "net/routes/editions.hpp"
#include "net/routes/stoa/noted_words.hpp"
#include "net/routes/stoa/routes.hpp"
#include "net/routes/stoa/row_notes.hpp"
#include "schema/catalogue.hpp"
#include "schema/dialects.hpp"
#include "schema/json_writer.hpp"
#include "schema/openapi.hpp"
#include "schema/people.hpp"

#include <algorithm>
#include <map>
#include <mutex>

namespace stoa::stoa_api {

namespace {

// -- /openapi.json ----------------------------------------------------------------------

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

// What may be left out may also be null; `any` says nothing of its type.
void write_noted_type(const noted& what, json_writer& json) {
  json.begin_object();
  if (what.type != "any" && what.required)
    json.member("type", what.type);
  else if (what.type != "any")
    json.key("type").begin_array().value(what.type).value("null").end_array();
  json.end_object();
}

void write_noted_object(std::string_view words, json_writer& json) {
  json.begin_object().member("type", "object").key("properties").begin_object();
  each_word(words, [&](const noted& each) {
    json.key(each.name);
    write_noted_type(each, json);
  });
  json.end_object().key("required").begin_array();
  each_word(words, [&](const noted& each) {
    if (each.required)
      json.value(each.name);
  });
  json.end_array().end_object();
}

void write_noted_answer(const row_note& note, json_writer& json) {
  if (note.how == row_note::count::many)
    json.begin_object().member("type", "array").key("items");
  if (note.answers && !note.members.empty()) {
    json.begin_object().key("allOf").begin_array();
    write_schema_reference(schema_name(*note.answers, schema_shape::read), json);
    write_noted_object(note.members, json);
    json.end_array().end_object();
  } else if (note.answers) {
    write_schema_reference(schema_name(*note.answers, schema_shape::read), json);
  } else {
    write_noted_object(note.members, json);
  }
  if (note.how == row_note::count::many)
    json.end_object();
}

void write_query_parameter(const field& f, json_writer& json) {
  json.begin_object().member("name", f.wire.view()).member("in", "query");
  json.member("required", f.is(trait::required)).key("schema").begin_object();
  json.member("type", "string").end_object().end_object();
}

void write_parameters(const endpoint& row, const row_note* note, json_writer& json) {
  json.key("parameters").begin_array();
  const auto path = row.path;
  for (auto open = path.find('{'); open != std::string_view::npos;
       open = path.find('{', open + 1)) {
    const auto close = path.find('}', open);
    json.begin_object().member("name", path.substr(open + 1, close - open - 1));
    json.member("in", "path").member("required", true).key("schema").begin_object();
    json.member("type", "string").end_object().end_object();
  }
  if (const auto* facts = row.facts) {
    if (facts->table && facts->table->act_of(*facts) == act::list)
      write_list_parameters(facts->table->what(), facts->table->habits(), facts->table->limits(),
                            json);
    if (facts->takes && (row.method == verb::get || row.method == verb::remove))
      for (const auto& f : facts->takes->fields)
        if (!f.is(trait::set_by_server))
          write_query_parameter(f, json);
  }
  if (note)
    each_word(note->query, [&](const noted& each) {
      json.begin_object().member("name", each.name).member("in", "query");
      json.member("required", each.required).key("schema").begin_object();
      json.member("type", each.type).end_object().end_object();
    });
  json.end_array();
}

// What a generic row takes and answers is known, and of others what their note says; of the rest,
// that it is JSON.
void write_body_schema(const endpoint& row, const row_note* note, json_writer& json) {
  const auto* facts = row.facts;
  if (facts && facts->table) {
    const bool makes = facts->table->act_of(*facts) == act::create;
    write_schema_reference(
        schema_name(facts->table->what(), makes ? schema_shape::create : schema_shape::change),
        json);
  } else if (facts && facts->takes) {
    write_schema(*facts->takes, schema_shape::create, *facts->habits, json);
  } else if (note && !note->takes.empty()) {
    write_noted_object(note->takes, json);
  } else {
    json.begin_object().member("type", "object").end_object();
  }
}

void write_answer_schema(const endpoint& row, const row_note* note, json_writer& json) {
  const auto* facts = row.facts;
  if (facts && facts->table && facts->table->act_of(*facts) == act::list)
    write_list_schema(facts->table->what(), facts->table->habits(), json);
  else if (facts && facts->answers && row.method != verb::remove)
    write_schema_reference(schema_name(*facts->answers, schema_shape::read), json);
  else if (note && (note->answers || !note->members.empty()))
    write_noted_answer(*note, json);
  else
    json.begin_object().end_object();
}

template <class Schema>
void write_response(std::string_view status, std::string_view says, Schema schema,
                    json_writer& json) {
  json.key(status).begin_object().member("description", says).key("content").begin_object();
  json.key("application/json").begin_object().key("schema");
  schema();
  json.end_object().end_object().end_object();
}

void write_operation(const edition& speaks, const endpoint& row, json_writer& json) {
  const auto* note = note_of(speaks, row);
  json.key(lower(name_of(row.method))).begin_object().member("operationId", operation_id(row));
  if (row.facts)
    json.member("summary", row.facts->does);
  write_parameters(row, note, json);
  if (row.method != verb::get && row.method != verb::remove) {
    json.key("requestBody").begin_object().key("content").begin_object();
    json.key("application/json").begin_object().key("schema");
    write_body_schema(row, note, json);
    json.end_object().end_object().end_object();
  }
  json.key("security").begin_array();
  if (row.who.least != role::guest)
    json.begin_object().key("session").begin_array().end_array().end_object();
  json.end_array();
  json.key("responses").begin_object();
  const auto answer = [&] { write_answer_schema(row, note, json); };
  const auto refusal = [&] { write_schema_reference(fault_schema_name, json); };
  if (note && note->how == row_note::count::redirect)
    json.key("302").begin_object().member("description", "Go on there.").end_object();
  else
    write_response("2XX", "It is done.", answer, json);
  write_response("4XX", "It was refused, and nothing was done.", refusal, json);
  write_response("503", "Come back after Retry-After.", refusal, json);
  json.end_object();
  if (row.who.least > role::learner)
    json.member("x-role", name_of(row.who.least));
  if (row.limit.count > 0)
    json.key("x-rate")
        .begin_object()
        .member("count", row.limit.count)
        .member("seconds", row.limit.window.count())
        .end_object();
  json.end_object();
}

}  // namespace

std::string openapi_document(const site& here) {
  const auto& speaks = *here.speaks;
  const auto& habits = *speaks.habits;
  std::map<std::string_view, std::vector<const endpoint*>> paths;
  for (const auto rows : {speaks.routes, shared_routes()})
    for (const auto& row : rows)
      paths[row.path].push_back(&row);
  std::string out;
  json_writer json{out};
  json.begin_object().member("openapi", "3.1.0").key("info").begin_object();
  json.member("title", "Stoa: " + std::string{speaks.name}).member("version", STOA_VERSION);
  json.end_object().key("paths").begin_object();
  for (const auto& [path, rows] : paths) {
    json.key(path).begin_object();
    for (const auto* row : rows)
      write_operation(speaks, *row, json);
    json.end_object();
  }
  json.end_object().key("components").begin_object().key("securitySchemes").begin_object();
  json.key("session").begin_object().member("type", "apiKey").member("in", "cookie");
  json.member("name", here.cookie.empty() ? speaks.cookie : std::string_view{here.cookie});
  json.end_object().end_object().key("schemas");
  // Of the things that all editions share, those that this one speaks of.
  std::vector<const entity*> spoken;
  for (const auto* each : catalogue())
    for (const auto shape : {schema_shape::read, schema_shape::create, schema_shape::change})
      if (out.find("\"#/components/schemas/" + schema_name(*each, shape) + '"') !=
              std::string::npos &&
          (spoken.empty() || spoken.back() != each))
        spoken.push_back(each);
  write_component_schemas(spoken, habits, json);
  json.end_object().end_object();
  return out;
}

namespace {

task<reply> openapi(call_ptr c) {
  // Made once for each edition and cookie: the rows are static.
  static std::mutex guard;
  static std::map<std::string, shared_body> made;
  shared_body bytes;
  {
    std::lock_guard hold{guard};
    auto& mine = made[std::string{c->here.speaks->name} + '\n' + c->here.cookie];
    if (!mine)
      mine = share(openapi_document(c->here));
    bytes = mine;
  }
  co_return json_reply(200, std::move(bytes));
}

task<reply> asyncapi(call_ptr) {
  static const auto bytes = share(asyncapi_document());
  co_return json_reply(200, bytes);
}

constexpr endpoint document_rows[] = {
    {verb::get, "/openapi.json", anyone, openapi},
    {verb::get, "/asyncapi.json", anyone, asyncapi},
};

}  // namespace

std::span<const endpoint> document_routes() {
  return document_rows;
}

}  // namespace stoa::stoa_api
