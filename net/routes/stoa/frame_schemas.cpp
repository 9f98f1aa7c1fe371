#include "net/routes/stoa/frame_schemas.hpp"

#include "net/routes/stoa/noted_words.hpp"
#include "schema/groups.hpp"
#include "schema/openapi.hpp"

#include <string>

namespace stoa::stoa_api {

namespace {

// -- frames -----------------------------------------------------------------------------

constexpr frame_note client_says[] = {
    {"subscribe", "Follow these streams.", "streams:Wanted! key:Key ref:Ref"},
    {"unsubscribe", "Follow them no longer.", "streams:Streams! key:Key ref:Ref"},
    {"post", "A message in a room.",
     "stream:RoomStream! text:MessageText! messageType:MessageType metadata:Object"
     " replyTo:MessageId thread:MessageId mentions:Mentions key:Key ref:Ref"},
    {"edit", "A new text for a message of one's own.",
     "stream:RoomStream! message:MessageId! text:MessageText! key:Key ref:Ref"},
    {"delete", "Takes a message back.", "stream:RoomStream! message:MessageId! key:Key ref:Ref"},
    {"react", "Adds a reaction.",
     "stream:RoomStream! message:MessageId! emoji:Emoji! key:Key ref:Ref"},
    {"unreact", "Takes a reaction back.",
     "stream:RoomStream! message:MessageId! emoji:Emoji! key:Key ref:Ref"},
    {"op", "An operation on a board.", "stream:BoardStream! data:Operation! key:Key ref:Ref"},
    {"read", "Everything up to this number is read.",
     "stream:RoomStream! seq:Number! key:Key ref:Ref"},
    {"typing", "One is typing, or no longer.", "stream:OpenStream! typing:Boolean key:Key ref:Ref"},
    {"signal", "Something that passes.",
     "stream:OpenStream! kind:OwnKind! data:Object key:Key ref:Ref"},
    {"history", "Asks for a page of events: the newest, or those before or after a number.",
     "stream:DurableStream! before:Number after:Number limit:Limit key:Key ref:Ref"},
    {"ping", "Asks for a pong.", "key:Key ref:Ref"},
};

constexpr frame_note server_says[] = {
    {"welcome", "Signed in.", "user:Person! session:Id! at:Moment!"},
    {"subscribed", "The stream is followed; what was missed since `from` comes up to `to`.",
     "stream:Stream! from:Number! to:Number! last:Number! live:Boolean!"},
    {"reload", "The number given does not exist, and the stream is not followed: load anew.",
     "stream:Stream! from:Number! to:Number! last:Number! live:No!"},
    {"event", "It happened, and it is saved.", ""},
    {"events", "Several that were missed.", "stream:DurableStream! events:Events!"},
    {"signal", "It is happening, and passes.", ""},
    {"heartbeat", "The stream's last number.", "stream:Stream! last:Number! at:Moment!"},
    {"gap", "Nothing more comes of this stream: subscribe again.", "stream:Stream!"},
    {"ack", "Saved under this number.",
     "key:Key! ref:Ref stream:DurableStream! seq:Number! id:Id! at:Moment!"},
    {"refused", "Nothing was done.",
     "ref:Ref! code:Code! message:Words! retryAfter:Number errors:Complaints"},
    {"history", "A page of events.", "ref:Ref! stream:DurableStream! last:Number! events:Page!"},
    {"pong", "The answer to ping.", "ref:Ref! at:Moment!"},
};

// -- events and signals -----------------------------------------------------------------

/// One kind of event or signal: where it happens, and the members of its data.
struct kind_note {
  std::string_view stream;  ///< which schema its name has
  std::string_view kind;
  std::string_view says;
  std::string_view data;  ///< words as of a frame; `=Name` for a schema that says it all
};

constexpr kind_note event_kinds[] = {
    {"RoomStream", "message", "Somebody said something.", "=SaidOrDeleted"},
    {"RoomStream", "edit", "A message has a new text.", "=EditedOrDeleted"},
    {"RoomStream", "delete", "A message was taken back.", "id:MessageId!"},
    {"RoomStream", "react", "A reaction was added.", "id:MessageId! emoji:Emoji!"},
    {"RoomStream", "unreact", "A reaction was taken back.", "id:MessageId! emoji:Emoji!"},
    {"RoomStream", "join", "Somebody is a member now.", "user:Person! role:MemberRole!"},
    {"RoomStream", "leave", "Somebody is no member any more.", "user:Person! role:MemberRole!"},
    {"RoomStream", "role", "A member has another role.", "user:Person! role:MemberRole!"},
    {"RoomStream", "archive", "The room takes no messages any more.", ""},
    {"RoomStream", "reopen", "The room takes messages again.", ""},
    {"GroupStream", "update", "These members of the study group changed.", "=GroupChange"},
    {"GroupStream", "archive", "The study group is closed.", ""},
    {"GroupStream", "board", "The study group has a new whiteboard.", "id:Id! title:Title!"},
    {"BoardStream", "op", "An operation on the drawing.", "=Operation"},
    {"BoardStream", "replace", "What was put in the place of the old.",
     "data:Anything title:Title isActive:Boolean"},
    {"InboxStream", "notification", "A notification for oneself.",
     "id:Id! userId:Id! establishmentId:Id! seq:Number! type:Words! title:Words! message:Words!"
     " data:Anything! isRead:Boolean! readAt:MaybeMoment! createdAt:Moment! updatedAt:Moment!"},
    {"TopicStream", "post", "A reply in the forum.", "id:Id! approved:Boolean!"},
    {"TopicStream", "edit", "A reply has a new text.", "id:Id!"},
    {"TopicStream", "delete", "A reply was taken back.", "id:Id!"},
    {"TopicStream", "approve", "A reply was let in.", "id:Id!"},
    {"TopicStream", "like", "A reaction to a reply; without `on` the other way round than before.",
     "id:Id! reaction:Words! on:Boolean"},
    {"TopicStream", "topic", "The topic itself changed.", "id:Id!"},
    {"TopicStream", "gone", "The topic was removed.", "id:Id!"},
};

constexpr kind_note signal_kinds[] = {
    {"OpenStream", "typing", "Somebody is typing, or no longer.", "typing:Boolean!"},
    {"RoomStream", "read", "Somebody has read up to here.", "seq:Number!"},
    {"RoomStream", "user_joined", "Somebody looks at the room.", ""},
    {"RoomStream", "user_left", "Somebody looks at the room no longer.", ""},
    {"RoomStream", "whiteboard_update", "A whiteboard of the group as it is now.",
     "whiteboardId:Id! data:Anything!"},
    {"PresenceStream", "presence", "Who is online: `all` and its `continues`, then changes only.",
     "version:Number! online:People! offline:Ids! all:Yes continues:Yes others:Number"},
    {"TopicStream", "likes", "How many reactions a reply has now.", "id:Id! count:Number!"},
};

// -- members ----------------------------------------------------------------------------

struct schema_text {
  std::string_view name;
  std::string_view schema;
};

constexpr schema_text schemas[] = {
    {"Stream",
     R"({"type":"string","pattern":"^((room|group|board|topic):.+|notifications:me|presence)$"})"},
    {"DurableStream", R"({"type":"string","description":"One whose events are kept.",)"
                      R"("pattern":"^((room|group|board|topic):.+|notifications:me)$"})"},
    {"OpenStream", R"({"type":"string","description":"One that takes signals of clients.",)"
                   R"("pattern":"^((room|board):.+|notifications:me)$"})"},
    {"RoomStream", R"({"type":"string","pattern":"^room:.+$"})"},
    {"GroupStream", R"({"type":"string","pattern":"^group:.+$"})"},
    {"BoardStream", R"({"type":"string","pattern":"^board:.+$"})"},
    {"TopicStream", R"({"type":"string","pattern":"^topic:.+$"})"},
    {"InboxStream", R"({"const":"notifications:me"})"},
    {"PresenceStream", R"({"const":"presence"})"},
    {"Wanted",
     R"({"type":"array","minItems":1,"items":{"oneOf":[{"$ref":"#/components/schemas/Stream"},)"
     R"({"type":"object","required":["stream"],"properties":{)"
     R"("stream":{"$ref":"#/components/schemas/Stream"},)"
     R"("after":{"$ref":"#/components/schemas/Number"}}}]}})"},
    {"Streams", R"({"type":"array","minItems":1,"items":{"$ref":"#/components/schemas/Stream"}})"},
    {"Number", R"({"type":"integer","minimum":0,"maximum":9007199254740991})"},
    {"Limit", R"({"type":"integer","minimum":1,"maximum":200,"default":50})"},
    {"Boolean", R"({"type":"boolean"})"},
    {"Yes", R"({"const":true})"},
    {"No", R"({"const":false})"},
    {"Words", R"({"type":"string"})"},
    {"Object", R"({"type":"object"})"},
    {"Anything", R"({"description":"any JSON"})"},
    {"Id", R"({"type":"string"})"},
    {"Ids", R"({"type":"array","items":{"type":"string"}})"},
    {"Ref", R"({"type":"string","description":"The client's own word for a frame; of a refused)"
            R"( wish its key, of a refused subscription the stream."})"},
    {"Key", R"({"type":"string","maxLength":128,"description":"At most 128 bytes; empty for a wish)"
            R"( without one."})"},
    {"Moment", R"({"type":"string","format":"date-time",)"
               R"("pattern":"^[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z$"})"},
    {"MaybeMoment", R"({"oneOf":[{"$ref":"#/components/schemas/Moment"},{"type":"null"}]})"},
    {"MessageId", R"({"type":"string","minLength":1,"maxLength":64})"},
    {"MessageText", R"({"type":"string","minLength":1,"maxLength":10000})"},
    {"MessageType", R"({"enum":["text","file","image","link","poll","whiteboard"]})"},
    {"Mentions", R"({"type":"array","maxItems":50,"items":{"type":"string"},)"
                 R"("description":"Ids of users; those of them who are members are told."})"},
    {"Emoji", R"({"type":"string","minLength":1,"maxLength":64,"description":"1 to 64 bytes"})"},
    {"MemberRole", R"({"enum":["member","moderator","admin"]})"},
    {"Title", R"({"type":"string","minLength":1,"maxLength":200})"},
    {"OwnKind", R"({"type":"string","minLength":1,"maxLength":64,"not":{"enum":["typing","read",)"
                R"("presence","user_joined","user_left","whiteboard_update"]}})"},
    {"Operation",
     R"({"oneOf":[{"type":"object","required":["op","id","value"],"properties":{)"
     R"("op":{"const":"set"},"id":{"type":"string","minLength":1,"maxLength":128},"value":{}}},)"
     R"({"type":"object","required":["op","id"],"properties":{)"
     R"("op":{"const":"remove"},"id":{"type":"string","minLength":1,"maxLength":128}}},)"
     R"({"type":"object","required":["op"],"properties":{"op":{"const":"clear"}}}]})"},
    {"Code", R"({"enum":["invalid","forbidden","not_found","conflict","too_many","overloaded",)"
             R"("unavailable","unauthenticated","too_large"]})"},
};

/// Objects that several others have as a member, in words.
struct object_text {
  std::string_view name;
  std::string_view members;
};

constexpr object_text objects[] = {
    {"Person", "id:Id! name:Words!"},
    {"Complaint", "path:Words! message:Words!"},
    {"Said",
     "id:MessageId! type:MessageType! text:MessageText! metadata:Object replyTo:MessageId"
     " thread:MessageId mentions:Mentions"},
    {"Edited", "id:MessageId! text:MessageText!"},
    {"Deleted", "id:MessageId! deleted:Yes!"},
};

// -- writing ----------------------------------------------------------------------------

void write_properties(std::string_view words, json_writer& json) {
  each_word(words, [&](const noted& each) {
    json.key(each.name);
    write_schema_reference(each.type, json);
  });
}

void write_required(std::string_view words, json_writer& json) {
  each_word(words, [&](const noted& each) {
    if (each.required)
      json.value(each.name);
  });
}

void write_object(std::string_view words, json_writer& json) {
  json.begin_object().member("type", "object").member("additionalProperties", false);
  json.key("properties").begin_object();
  write_properties(words, json);
  json.end_object().key("required").begin_array();
  write_required(words, json);
  json.end_array().end_object();
}

// Neither side says more: what the server does not know it refuses.
void write_frame(const frame_note& what, json_writer& json) {
  json.begin_object().member("type", "object").member("additionalProperties", false);
  json.key("properties").begin_object();
  json.key("type").begin_object().member("const", what.name).end_object();
  write_properties(what.members, json);
  json.end_object().key("required").begin_array().value("type");
  write_required(what.members, json);
  json.end_array().end_object();
}

/// `RoomStream.message`: the name of the schema of a kind.
std::string kind_name(const kind_note& what) {
  return std::string{what.stream} + '.' + std::string{what.kind};
}

void write_kind(const kind_note& what, std::string_view type, std::string_view words,
                json_writer& json) {
  json.begin_object().member("type", "object").member("description", what.says);
  json.member("additionalProperties", false).key("properties").begin_object();
  json.key("type").begin_object().member("const", type).end_object();
  json.key("kind").begin_object().member("const", what.kind).end_object();
  json.key("stream");
  write_schema_reference(what.stream, json);
  write_properties(words, json);
  json.key("data");
  if (what.data.starts_with('='))
    write_schema_reference(what.data.substr(1), json);
  else
    write_object(what.data, json);
  json.end_object().key("required").begin_array().value("stream").value("kind").value("data");
  write_required(words, json);
  json.end_array().end_object();
}

void write_list(std::string_view name, std::string_view of, std::string_view bounds,
                json_writer& json) {
  json.key(name).begin_object().member("type", "array").key("items");
  write_schema_reference(of, json);
  each_word(bounds, [&](const noted& each) { json.key(each.name).raw(each.type); });
  json.end_object();
}

void write_choice(std::string_view name, std::string_view first, std::string_view second,
                  json_writer& json) {
  json.key(name).begin_object().key("oneOf").begin_array();
  write_schema_reference(first, json);
  write_schema_reference(second, json);
  json.end_array().end_object();
}

// An event is the same wherever it stands; only as a frame of its own it has a `type`.
void write_events(json_writer& json) {
  for (const auto& each : event_kinds) {
    json.key(kind_name(each));
    write_kind(each, "event", "seq:Number! at:Moment! by:Person! key:Key", json);
  }
  json.key("Event").begin_object().key("oneOf").begin_array();
  for (const auto& each : event_kinds)
    write_schema_reference(kind_name(each), json);
  json.end_array().end_object();
  json.key("ListedEvent").begin_object().key("allOf").begin_array();
  write_schema_reference("Event", json);
  json.raw(R"({"not":{"required":["type"]}})").end_array().end_object();
}

void write_signals(json_writer& json) {
  constexpr std::string_view words = "at:Moment! by:Person!";
  for (const auto& each : signal_kinds) {
    json.key("signal." + kind_name(each));
    write_kind(each, "signal", words, json);
  }
  json.key("signal.own").begin_object().member("type", "object");
  json.member("description", "A signal of another client, as it was sent.");
  json.member("additionalProperties", false).key("properties").begin_object();
  json.key("type").begin_object().member("const", "signal").end_object();
  write_properties("stream:OpenStream kind:OwnKind data:Object", json);
  write_properties(words, json);
  json.end_object().key("required").begin_array();
  json.value("stream").value("kind").value("data");
  write_required(words, json);
  json.end_array().end_object();
  json.key("Signal").begin_object().key("oneOf").begin_array();
  for (const auto& each : signal_kinds)
    write_schema_reference("signal." + kind_name(each), json);
  write_schema_reference("signal.own", json);
  json.end_array().end_object();
}

}  // namespace

std::span<const frame_note> frames_of(speaker who) {
  return who == speaker::client ? std::span<const frame_note>{client_says} : server_says;
}

std::string message_name(speaker who, const frame_note& what) {
  return (who == speaker::client ? "client." : "server.") + std::string{what.name};
}

void write_message(speaker who, const frame_note& what, json_writer& json) {
  json.begin_object().member("name", what.name).member("summary", what.says).key("payload");
  if (what.members.empty() && who == speaker::server) {
    json.begin_object().key("allOf").begin_array();
    write_schema_reference(what.name == "event" ? "Event" : "Signal", json);
    json.raw(R"({"required":["type"]})").end_array().end_object();
  } else {
    write_frame(what, json);
  }
  json.end_object();
}

void write_frame_schemas(json_writer& json) {
  json.begin_object();
  for (const auto& each : schemas)
    json.key(each.name).raw(each.schema);
  for (const auto& each : objects) {
    json.key(each.name);
    write_object(each.members, json);
  }
  write_list("People", "Person", "", json);
  write_list("Complaints", "Complaint", "", json);
  write_list("Events", "ListedEvent", "minItems:1 maxItems:100", json);
  write_list("Page", "ListedEvent", "maxItems:200", json);
  write_choice("SaidOrDeleted", "Said", "Deleted", json);
  write_choice("EditedOrDeleted", "Edited", "Deleted", json);
  json.key("GroupChange");
  write_schema(group_entity, schema_shape::change, native_dialect, json);
  write_events(json);
  write_signals(json);
  json.end_object();
}

}  // namespace stoa::stoa_api
