#include "net/routes/stoa/documents.hpp"
#include "net/routes/stoa/frame_schemas.hpp"

#include <algorithm>

namespace stoa::stoa_api {

namespace {

// -- where ------------------------------------------------------------------------------

struct server_text {
  std::string_view name;
  std::string_view protocol;
  std::string_view says;
};

constexpr server_text sockets_at[] = {
    {"ws", "ws", "A site's port."},
    {"wss", "wss", "A site's port with TLS."},
};
constexpr server_text event_streams_at[] = {
    {"http", "http", "The same port."},
    {"https", "https", "The same port with TLS."},
};

void write_servers(json_writer& json) {
  json.key("servers").begin_object();
  for (const auto all : {std::span{sockets_at}, std::span{event_streams_at}})
    for (const auto& each : all) {
      json.key(each.name).begin_object().member("host", "{address}");
      json.member("protocol", each.protocol).member("description", each.says);
      json.key("variables").begin_object().key("address").begin_object();
      json.member("default", "127.0.0.1:5000");
      json.member("description", "Host and port of any site: each speaks stoa.v1.");
      json.end_object().end_object().key("security").begin_array().begin_object();
      json.member("$ref", "#/components/securitySchemes/session").end_object().end_array();
      json.end_object();
    }
  json.end_object();
}

void write_server_references(std::span<const server_text> all, json_writer& json) {
  json.key("servers").begin_array();
  for (const auto& each : all)
    json.begin_object().member("$ref", "#/servers/" + std::string{each.name}).end_object();
  json.end_array();
}

// -- how it opens, what bounds it, and how it ends --------------------------------------

constexpr std::string_view socket_bindings =
    R"({"ws":{"method":"GET","headers":{"type":"object","required":["Sec-WebSocket-Protocol"],)"
    R"("properties":{"Sec-WebSocket-Protocol":{"type":"string","const":"stoa.v1"}}},)"
    R"("bindingVersion":"0.1.0"}})";

constexpr std::string_view event_stream_bindings =
    R"({"http":{"method":"GET","query":{"type":"object","required":["stream"],"properties":{)"
    R"("stream":{"type":"array","minItems":1,"maxItems":64,"uniqueItems":true,)"
    R"("items":{"$ref":"#/components/schemas/Stream"}},)"
    R"("after":{"type":"string","pattern":"^([0-9]+|-)(\\.([0-9]+|-))*$",)"
    R"("description":"The last number seen of each stream, in their order; - for none."}}},)"
    R"("bindingVersion":"0.3.0"}})";

constexpr std::string_view socket_limits =
    R"({"streams":500,"unansweredFrames":512,"framesInTenSeconds":2000,"frameBytes":65536,)"
    R"("postAndOpBytes":262144})";

/// A close code, why it comes, and what the client does then.
struct close_text {
  int code;
  std::string_view says;
  std::string_view then;
};

constexpr std::string_view come_back = "reconnect and subscribe with the last numbers";

constexpr close_text closes[] = {
    {1002, "the frames were no WebSocket frames", "mend the client"},
    {1003, "a binary frame", "mend the client"},
    {1007, "text that is not UTF-8", "mend the client"},
    {1008, "far too many frames", "send fewer"},
    {1009, "a frame above the limit", "send smaller ones"},
    {1012, "the server stops or starts anew", come_back},
    {1013, "the client reads too slowly, or its account has another rank or place now", come_back},
    {4401, "the session is over: signed out, expired, the account closed or moved", "sign in"},
};

void write_close_codes(json_writer& json) {
  json.key("x-closeCodes").begin_array();
  for (const auto& each : closes)
    json.begin_object()
        .member("code", each.code)
        .member("meaning", each.says)
        .member("then", each.then)
        .end_object();
  json.end_array();
}

// -- what is said -----------------------------------------------------------------------

/// Whether followers over SSE are sent this too.
bool flows_as_events(std::string_view name) {
  constexpr std::string_view all[] = {"subscribed", "reload",    "event", "events",
                                      "signal",     "heartbeat", "gap",   "refused"};
  return std::find(std::begin(all), std::end(all), name) != std::end(all);
}

void write_reference(std::string_view channel, const std::string& message, json_writer& json) {
  json.begin_object();
  json.member("$ref", "#/channels/" + std::string{channel} + "/messages/" + message).end_object();
}

void write_socket_channel(json_writer& json) {
  json.key("realtime").begin_object().member("address", "/realtime");
  json.member("description",
              "One JSON object per text frame. The session cookie signs in: without one the upgrade"
              " answers 401, without the sub-protocol 400.");
  write_server_references(sockets_at, json);
  json.key("messages").begin_object();
  for (const auto who : {speaker::client, speaker::server})
    for (const auto& each : frames_of(who)) {
      json.key(message_name(who, each));
      write_message(who, each, json);
    }
  json.end_object().key("bindings").raw(socket_bindings);
  json.key("x-limits").raw(socket_limits);
  write_close_codes(json);
  json.end_object();
}

void write_event_channel(json_writer& json) {
  json.key("events").begin_object().member("address", "/events");
  json.member("description",
              "GET with stream (up to 64 times) and after: each frame has its type as event, and"
              " the number to go on from as id. Last-Event-ID wins over after.");
  write_server_references(event_streams_at, json);
  json.key("messages").begin_object();
  for (const auto& each : frames_of(speaker::server))
    if (flows_as_events(each.name)) {
      const auto name = message_name(speaker::server, each);
      json.key(name);
      write_reference("realtime", name, json);
    }
  json.end_object().end_object();
}

void write_channel_operation(std::string_view name, std::string_view action,
                             std::string_view channel, json_writer& json) {
  json.key(name).begin_object().member("action", action).key("channel").begin_object();
  json.member("$ref", "#/channels/" + std::string{channel}).end_object();
}

void write_said(speaker who, json_writer& json) {
  json.key("messages").begin_array();
  for (const auto& each : frames_of(who))
    write_reference("realtime", message_name(who, each), json);
  json.end_array();
}

void write_operations(json_writer& json) {
  json.key("operations").begin_object();
  write_channel_operation("clientSays", "receive", "realtime", json);
  write_said(speaker::client, json);
  json.end_object();
  write_channel_operation("serverSays", "send", "realtime", json);
  write_said(speaker::server, json);
  json.end_object();
  write_channel_operation("serverTells", "send", "events", json);
  json.key("bindings").raw(event_stream_bindings).end_object();
  json.end_object();
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
              " in another stream is refused as a conflict. Members that are not named here are"
              " refused; the server sends none.")
      .end_object();
  json.member("defaultContentType", "application/json");
  write_servers(json);
  json.key("channels").begin_object();
  write_socket_channel(json);
  write_event_channel(json);
  json.end_object();
  write_operations(json);
  json.key("components").begin_object().key("securitySchemes").begin_object();
  json.key("session").begin_object().member("type", "httpApiKey").member("in", "cookie");
  json.member("name", "connect.sid");
  json.member(
      "description",
      "The session of the site's edition. Its /openapi.json names the cookie, should it have"
      " another name.");
  json.end_object().end_object().key("schemas");
  write_frame_schemas(json);
  json.end_object().end_object();
  return out;
}

}  // namespace stoa::stoa_api
