#include "net/routes/stoa/views.hpp"

#include "schema/json_writer.hpp"

namespace stoa::stoa_api {

namespace {

void write_event_members(json_writer& json, const stream_event& what) {
  json.member("stream", what.stream).member("seq", what.seq).member("kind", what.kind);
  json.member("at", what.at).key("by").begin_object();
  json.member("id", what.author.id.value).member("name", what.author.display_name()).end_object();
  if (!what.client_key.empty())
    json.member("key", what.client_key);
  json.key("data").raw(what.data);
}

class realtime final : public view {
public:
  frame event(const stream_event& what) const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", "event");
    write_event_members(json, what);
    json.end_object();
    return frame{std::move(out), "event", std::to_string(what.seq)};
  }

  frame signal(const stream_signal& what) const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", "signal").member("stream", what.stream);
    json.member("kind", what.kind).member("at", what.at).key("by").begin_object();
    json.member("id", what.author.id.value).member("name", what.author.display_name());
    json.end_object().key("data").raw(what.data.empty() ? "{}" : what.data).end_object();
    return frame{std::move(out), "signal", {}};
  }

  frame greeting(const std::string& stream, const followed& what) const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", what.reload ? "reload" : "subscribed");
    json.member("stream", stream).member("from", what.from).member("to", what.to);
    json.member("last", what.last).member("live", what.live).end_object();
    // Over SSE the number is where to go on if the connection breaks now: what was missed is sent
    // after this frame.
    if (what.reload)
      return frame{std::move(out), "reload", std::to_string(what.last)};
    return frame{std::move(out), "subscribed", std::to_string(what.from)};
  }

  frame heartbeat(const std::string& stream, std::uint64_t last) const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", "heartbeat").member("stream", stream);
    json.member("last", last).member("at", now()).end_object();
    return frame{std::move(out), "heartbeat", {}};
  }

  frame gap(const std::string& stream) const override {
    std::string out;
    json_writer{out}.begin_object().member("type", "gap").member("stream", stream).end_object();
    return frame{std::move(out), "gap", {}};
  }

  frame replay(std::span<const event_ptr> events) const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", "events").member("stream", events.front()->stream);
    json.key("events").begin_array();
    for (const auto& each : events) {
      json.begin_object();
      write_event_members(json, *each);
      json.end_object();
    }
    json.end_array().end_object();
    return frame{std::move(out), "events", std::to_string(events.back()->seq)};
  }
};

}  // namespace

const view& realtime_view() {
  static const realtime one;
  return one;
}

void write_event(const stream_event& what, std::string& out) {
  json_writer json{out};
  json.begin_object();
  write_event_members(json, what);
  json.end_object();
}

frame welcome(const scope& who) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", "welcome").key("user").begin_object();
  json.member("id", who.user.value).member("name", who.name).end_object();
  json.member("session", who.session.value).member("at", now()).end_object();
  return frame{std::move(out)};
}

void write_ack(const std::string& key, const posted& what, std::string& out,
               std::string_view reference) {
  json_writer json{out};
  json.begin_object().member("type", "ack").member("key", key);
  if (!reference.empty())
    json.member("ref", reference);
  json.member("stream", what.stream).member("seq", what.seq).member("id", what.subject);
  json.member("at", what.at).end_object();
}

frame ack(const std::string& key, const posted& what, std::string_view reference) {
  std::string out;
  write_ack(key, what, out, reference);
  return frame{std::move(out)};
}

frame refused(std::string_view reference, const fault& why) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", "refused").member("ref", reference);
  json.member("code", name_of(why.code)).member("message", why.text);
  if (why.retry_after > 0)
    json.member("retryAfter", why.retry_after);
  if (!why.complaints.empty()) {
    json.key("errors").begin_array();
    for (const auto& each : why.complaints)
      json.begin_object().member("path", each.path).member("message", each.message).end_object();
    json.end_array();
  }
  json.end_object();
  return frame{std::move(out), "refused", {}};
}

frame pong(std::string_view reference) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", "pong").member("ref", reference);
  json.member("at", now()).end_object();
  return frame{std::move(out)};
}

frame history(std::string_view reference, const std::string& stream, const history_page& page) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", "history").member("ref", reference);
  json.member("stream", stream).member("last", page.last).key("events").begin_array();
  for (const auto& each : page.events) {
    json.begin_object();
    write_event_members(json, *each);
    json.end_object();
  }
  json.end_array().end_object();
  return frame{std::move(out)};
}

}  // namespace stoa::stoa_api
