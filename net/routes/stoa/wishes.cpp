#include "net/routes/stoa/wishes.hpp"

#include "actors/core/task.hpp"
#include "actors/groups/message_types.hpp"
#include "net/routes/client_key.hpp"
#include "net/routes/stoa/members.hpp"
#include "schema/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace stoa::stoa_api {

namespace {
constexpr std::size_t longest_id = 64;  // bytes, as the two below; the server makes shorter ones
constexpr std::size_t longest_kind = 64;
constexpr std::size_t longest_metadata = 65'536;
constexpr std::size_t most_mentions = 50;  // as many as a room tells
// What followers read as the server's own word.
constexpr std::string_view reserved_kinds[] = {"typing",      "read",      "presence",
                                               "user_joined", "user_left", "whiteboard_update"};
constexpr std::uint64_t largest_number = 9'007'199'254'740'991;  // what JavaScript can count

/// What every frame may have.
constexpr std::string_view any_frame = "type:string! ref:string key:string";
/// What the frames of a type have beside that. Where their order or their words are someone else's
/// business, `any` leaves the complaint to whoever knows.
struct frame_words {
  std::string_view type;
  std::string_view words;
};
constexpr frame_words frames[] = {
    {"ping", ""},
    {"subscribe", "streams:any"},
    {"unsubscribe", "streams:any"},
    {"post",
     "stream:string! text:string! messageType:string metadata:object replyTo:string thread:string"
     " mentions:array"},
    {"edit", "stream:string! message:string! text:string!"},
    {"delete", "stream:string! message:string!"},
    {"react", "stream:string! message:string! emoji:string!"},
    {"unreact", "stream:string! message:string! emoji:string!"},
    {"op", "stream:string! data:object!"},
    {"read", "stream:string! seq:integer!"},
    {"typing", "stream:string! typing:boolean"},
    {"signal", "stream:string! kind:any data:object"},
    {"history", "stream:string! before:integer after:integer limit:integer"},
};
}  // namespace

void need_frame(const json_value& said) {
  const auto type = text_of(said, "type");
  const auto* found = std::find_if(std::begin(frames), std::end(frames),
                                   [&](const frame_words& each) { return each.type == type; });
  if (found != std::end(frames))
    need_members(said, any_frame, found->words);
  else if (said["type"].is_string())
    throw about_member("type", "is unknown: " + excerpt(type));
  else
    need_members(said, "type:string!");
}

std::string text_of(const json_value& from, std::string_view name) {
  return std::string{from[name].as_string().value_or("")};
}

namespace {

std::optional<message_id> message_named(const json_value& said, std::string_view name) {
  auto id = text_if_any(said, name);
  if (!id)
    return std::nullopt;
  if (id->size() > longest_id)
    throw fault_error(fault_code::invalid, std::string{name} + " is no message");
  return message_id{std::move(*id)};
}

}  // namespace

std::vector<std::string> texts_in(const json_value& from, std::string_view name) {
  std::vector<std::string> out;
  for (auto item : from[name].items()) {
    if (!item.is_string())
      throw about_member(std::string{name} + '.' + std::to_string(out.size()), "must be text");
    out.emplace_back(*item.as_string());
  }
  return out;
}

std::optional<std::uint64_t> number_of(const json_value& from, std::string_view name) {
  const auto value = from[name];
  if (value.is_null())
    return std::nullopt;
  const auto number = value.as_int64();
  if (!number || *number < 0)
    throw fault_error(fault_code::invalid, std::string{name} + " must be a number from 0");
  return static_cast<std::uint64_t>(*number);
}

std::optional<std::uint64_t> read_number(std::string_view text, std::string_view name) {
  if (text.empty())
    return std::nullopt;
  std::uint64_t out = 0;
  const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (why != std::errc{} || end != text.data() + text.size() || out > largest_number)
    throw fault_error(fault_code::invalid, std::string{name} + " must be a number from 0");
  return out;
}

std::optional<std::uint64_t> parameter_number(const request& from, std::string_view name) {
  const auto text = from.parameter(name).value_or("");
  return read_number(text, name);
}

std::optional<std::string> text_if_any(const json_value& from, std::string_view name) {
  const auto value = from[name];
  if (value.is_null())
    return std::nullopt;
  if (!value.is_string())
    throw fault_error(fault_code::invalid, std::string{name} + " must be text");
  return std::string{*value.as_string()};
}

std::string key_in(const json_value& said) {
  return checked_key(text_if_any(said, "key").value_or(""));
}

json_value streams_in(const json_value& said) {
  const auto streams = said["streams"];
  if (!streams.is_array() || streams.size() == 0)
    throw fault_error(fault_code::invalid, "streams must be a list of names or of {stream, after}");
  return streams;
}

std::string stream_named(const json_value& item) {
  if (!item.is_object())
    return std::string{item.as_string().value_or("")};
  need_members(item, "stream:string! after:integer");
  return text_of(item, "stream");
}

std::string object_in(const json_value& said, std::string_view name) {
  const auto value = said[name];
  if (value.is_null())
    return "{}";
  if (!value.is_object())
    throw fault_error(fault_code::invalid, std::string{name} + " must be an object");
  return value.text();
}

std::string signal_kind(const json_value& said) {
  auto kind = text_of(said, "kind");
  if (kind.empty() || kind.size() > longest_kind)
    throw fault_error(fault_code::invalid, "kind must be text of 1 to 64 bytes");
  if (std::find(std::begin(reserved_kinds), std::end(reserved_kinds), kind) !=
      std::end(reserved_kinds))
    throw fault_error(fault_code::invalid, "only the server says " + kind);
  return kind;
}

say_in_room read_post(const json_value& said, std::string_view type_member) {
  say_in_room out;
  out.text = text_if_any(said, "text").value_or("");
  if (auto kind = text_if_any(said, type_member))
    out.type = std::move(*kind);
  if (!is_message_type(out.type))
    throw fault_error(fault_code::invalid, std::string{type_member} + " is " + message_types_said);
  if (const auto more = said["metadata"]; !more.is_null()) {
    if (!more.is_object())
      throw fault_error(fault_code::invalid, "metadata must be an object");
    out.metadata = more.text();
    if (out.metadata->size() > longest_metadata)
      throw fault_error(fault_code::invalid, "metadata has at most 65536 bytes");
  }
  out.reply_to = message_named(said, "replyTo");
  out.thread = message_named(said, "thread");
  if (said["mentions"].size() > most_mentions)
    throw fault_error(fault_code::invalid, "mentions has at most 50 people");
  for (auto& each : texts_in(said, "mentions"))
    out.mentions.emplace_back(std::move(each));
  return out;
}

}  // namespace stoa::stoa_api
