#include "net/routes/stoa/documents.hpp"

#include "net/resource.hpp"
#include "net/router_table.hpp"
#include "net/routes/editions.hpp"
#include "net/routes/stoa/routes.hpp"
#include "net/routes/stoa/row_notes.hpp"
#include "schema/catalogue.hpp"
#include "schema/dialects.hpp"
#include "schema/json.hpp"
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

/// One word of a note: `name:type`, with `!` when it must be there.
struct noted {
  std::string_view name;
  std::string_view type;
  bool required = false;
};

template <class Each>
void each_word(std::string_view words, Each what) {
  while (!words.empty()) {
    auto word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    const bool required = word.ends_with('!');
    if (required)
      word.remove_suffix(1);
    const auto colon = word.find(':');
    what(noted{word.substr(0, colon), word.substr(colon + 1), required});
  }
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

// -- /asyncapi.json ---------------------------------------------------------------------

struct message_text {
  std::string_view name;
  std::string_view says;
  std::string_view required;  // JSON array
};

constexpr message_text client_says[] = {
    {"subscribe", "Follow these streams.", R"(["type","streams"])"},
    {"unsubscribe", "Follow them no longer.", R"(["type","streams"])"},
    {"post", "A message in a room.", R"(["type","stream","text"])"},
    {"edit", "A new text for a message of one's own.", R"(["type","stream","message","text"])"},
    {"delete", "Takes a message back.", R"(["type","stream","message"])"},
    {"react", "Adds a reaction.", R"(["type","stream","message","emoji"])"},
    {"unreact", "Takes a reaction back.", R"(["type","stream","message","emoji"])"},
    {"op", "An operation on a board.", R"(["type","stream","data"])"},
    {"read", "Everything up to this number is read.", R"(["type","stream","seq"])"},
    {"typing", "One is typing, or no longer.", R"(["type","stream"])"},
    {"signal", "Something that passes.", R"(["type","stream","kind"])"},
    {"history", "Asks for a page of events.", R"(["type","stream"])"},
    {"ping", "Asks for a pong.", R"(["type"])"},
};

constexpr message_text server_says[] = {
    {"welcome", "Signed in.", R"(["type","user","session","at"])"},
    {"subscribed", "The stream is followed.", R"(["type","stream","from","to","last","live"])"},
    {"reload", "The number does not exist: load anew.", R"(["type","stream","last"])"},
    {"event", "It happened, and it is saved.",
     R"(["type","stream","seq","kind","at","by","data"])"},
    {"events", "Several that were missed.", R"(["type","stream","events"])"},
    {"signal", "It is happening, and passes.", R"(["type","stream","kind","at","by","data"])"},
    {"heartbeat", "The stream's last number.", R"(["type","stream","last","at"])"},
    {"gap", "The owner went away: subscribe again.", R"(["type","stream"])"},
    {"ack", "Saved under this number.", R"(["type","key","stream","seq","id","at"])"},
    {"refused", "Nothing was done.", R"(["type","ref","code","message"])"},
    {"history", "A page of events.", R"(["type","ref","stream","last","events"])"},
    {"pong", "The answer to ping.", R"(["type","ref","at"])"},
};

// Members that a client or the server adds if it has them.
struct added_text {
  std::string_view message;
  std::string_view members;  // between blanks
};

constexpr added_text optional_members[] = {
    {"client.post", "messageType metadata replyTo thread mentions key ref"},
    {"client.edit", "key ref"},
    {"client.delete", "key ref"},
    {"client.react", "key ref"},
    {"client.unreact", "key ref"},
    {"client.op", "key ref"},
    {"client.subscribe", "ref"},
    {"client.unsubscribe", "ref"},
    {"client.read", "ref"},
    {"client.typing", "typing ref"},
    {"client.signal", "data ref"},
    {"client.history", "before after limit ref"},
    {"client.ping", "ref"},
    {"server.event", "key"},
    {"server.ack", "ref"},
    {"server.refused", "retryAfter errors"},
};

// What a member looks like, as JSON Schema.
struct member_text {
  std::string_view name;
  std::string_view schema;
};

constexpr std::string_view text_schema = R"({"type":"string"})";
constexpr std::string_view number_schema = R"({"type":"integer","minimum":0})";
constexpr std::string_view person_schema =
    R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"}}})";
constexpr std::string_view event_schema =
    R"({"type":"object","required":["stream","seq","kind","at","by","data"]})";

constexpr member_text members[] = {
    {"key", R"({"type":"string","maxLength":128})"},
    {"text", R"({"type":"string","minLength":1,"maxLength":10000})"},
    {"messageType", R"({"enum":["text","file","image","link","poll","whiteboard"]})"},
    {"replyTo", R"({"type":"string","description":"A message of the same room."})"},
    {"thread", R"({"type":"string","description":"The message that began the thread."})"},
    {"mentions", R"({"type":"array","items":{"type":"string"}})"},
    {"metadata", R"({"type":"object"})"},
    {"data", R"({"type":"object"})"},
    {"by", person_schema},
    {"user", person_schema},
    {"errors", R"({"type":"array","items":{"type":"object","required":["path","message"]}})"},
    {"code", R"({"enum":["invalid","forbidden","not_found","conflict","too_many","overloaded",)"
             R"("unavailable","unauthenticated","too_large"]})"},
    {"typing", R"({"type":"boolean"})"},
    {"live", R"({"type":"boolean"})"},
};

constexpr std::string_view subscribe_schema =
    R"({"type":"array","minItems":1,"items":{"oneOf":[{"type":"string"},{"type":"object",)"
    R"("required":["stream"],"properties":{"stream":{"type":"string"},)"
    R"("after":{"type":"integer","minimum":0}}}]}})";
constexpr std::string_view operation_schema =
    R"({"oneOf":[{"type":"object","required":["op","id","value"],"properties":{)"
    R"("op":{"const":"set"},"id":{"type":"string"},"value":{}}},)"
    R"({"type":"object","required":["op","id"],"properties":{)"
    R"("op":{"const":"remove"},"id":{"type":"string"}}},)"
    R"({"type":"object","required":["op"],"properties":{"op":{"const":"clear"}}}]})";
constexpr std::string_view signal_kind_schema =
    R"({"type":"string","minLength":1,"maxLength":64,"not":{"enum":["typing","read","presence",)"
    R"("user_joined","user_left","whiteboard_update"]}})";

void write_member(std::string_view message, std::string_view name, json_writer& json) {
  json.key(name);
  if (message == "client.op" && name == "data")
    json.raw(operation_schema);
  else if (message == "client.signal" && name == "kind")
    json.raw(signal_kind_schema);
  else if (name == "streams" && message == "client.subscribe")
    json.raw(subscribe_schema);
  else if (name == "streams")
    json.raw(R"({"type":"array","minItems":1,"items":{"type":"string"}})");
  else if (name == "events")
    json.begin_object().member("type", "array").key("items").raw(event_schema).end_object();
  else if (name == "seq" || name == "from" || name == "to" || name == "last" || name == "before" ||
           name == "after" || name == "limit" || name == "retryAfter")
    json.raw(number_schema);
  else if (const auto found = std::find_if(std::begin(members), std::end(members),
                                           [&](const auto& each) { return each.name == name; });
           found != std::end(members))
    json.raw(found->schema);
  else
    json.raw(text_schema);
}

// The members that a message must have, then those that it may have.
void write_properties(std::string_view prefix, const message_text& what, json_writer& json) {
  const auto full = std::string{prefix} + std::string{what.name};
  json.key("properties").begin_object();
  json.key("type").begin_object().member("const", what.name).end_object();
  const auto required = json::parse(what.required);
  for (auto each : required->root().items())
    if (each.as_string() != "type")
      write_member(full, *each.as_string(), json);
  for (const auto& each : optional_members)
    if (each.message == full)
      for (auto rest = each.members; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        write_member(full, rest.substr(0, end), json);
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
  json.end_object();
}

void write_messages(std::span<const message_text> all, std::string_view prefix, json_writer& json) {
  for (const auto& each : all) {
    json.key(std::string{prefix} + std::string{each.name}).begin_object();
    json.member("name", each.name).member("summary", each.says).key("payload").begin_object();
    json.member("type", "object").key("required").raw(each.required);
    write_properties(prefix, each, json);
    json.end_object().end_object();
  }
}

/// Whether followers over SSE are sent this too.
bool flows_as_events(std::string_view name) {
  constexpr std::string_view all[] = {"subscribed", "reload",    "event", "events",
                                      "signal",     "heartbeat", "gap",   "refused"};
  return std::find(std::begin(all), std::end(all), name) != std::end(all);
}

void write_reference_list(std::span<const message_text> all, std::string_view prefix,
                          json_writer& json) {
  json.key("messages").begin_array();
  for (const auto& each : all)
    json.begin_object()
        .member("$ref",
                "#/channels/realtime/messages/" + std::string{prefix} + std::string{each.name})
        .end_object();
  json.end_array();
}

}  // namespace

std::string asyncapi_document() {
  std::string out;
  json_writer json{out};
  json.begin_object().member("asyncapi", "3.0.0").key("info").begin_object();
  json.member("title", "stoa.v1").member("version", STOA_VERSION);
  json.member("description",
              "WebSocket at /realtime with the sub-protocol stoa.v1, and what it sends to the"
              " followers of a stream also as text/event-stream at /events. What one person wishes"
              " in one room is done in the order in which it arrives. A wish sent again with the"
              " same key has one effect and gets the first answer; a key that has named something"
              " in another stream is refused as a conflict.")
      .end_object();
  json.key("channels").begin_object().key("realtime").begin_object();
  json.member("address", "/realtime").key("messages").begin_object();
  write_messages(client_says, "client.", json);
  write_messages(server_says, "server.", json);
  json.end_object().end_object();
  json.key("events").begin_object().member("address", "/events");
  json.member("description",
              "GET with stream (up to 64 times) and after: each frame has its type as event, and"
              " the number to go on from as id.");
  json.key("messages").begin_object();
  for (const auto& each : server_says)
    if (flows_as_events(each.name)) {
      json.key("server." + std::string{each.name}).begin_object();
      json.member("$ref", "#/channels/realtime/messages/server." + std::string{each.name});
      json.end_object();
    }
  json.end_object().end_object().end_object();
  json.key("operations").begin_object();
  for (const bool client : {true, false}) {
    json.key(client ? "clientSays" : "serverSays").begin_object();
    json.member("action", client ? "receive" : "send").key("channel").begin_object();
    json.member("$ref", "#/channels/realtime").end_object();
    if (client)
      write_reference_list(client_says, "client.", json);
    else
      write_reference_list(server_says, "server.", json);
    json.end_object();
  }
  json.key("serverTells").begin_object().member("action", "send");
  json.key("channel").begin_object().member("$ref", "#/channels/events").end_object();
  json.end_object().end_object().end_object();
  return out;
}

namespace {

task<reply> asyncapi(call_ptr) {
  static const auto bytes = share(asyncapi_document());
  co_return json_reply(200, bytes);
}

constexpr endpoint rows[] = {
    {verb::get, "/openapi.json", anyone, openapi},
    {verb::get, "/asyncapi.json", anyone, asyncapi},
};

}  // namespace

std::span<const endpoint> document_routes() {
  return rows;
}

}  // namespace stoa::stoa_api
