#pragma once

#include "schema/json_writer.hpp"
#include "tests/contracts/native_support.hpp"
#include "tests/support/published_validator.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace stoa::test {

using strings = std::vector<std::string>;
using numbers = std::vector<std::int64_t>;

/// What was said on some sockets, by whom, for the validator.
struct record {
  strings client;
  strings server;
  strings refused;  ///< by clients, of a shape that no schema allows
};

inline std::string word(const json& from, std::string_view path) {
  return testing::text_at(from.root(), path);
}

inline std::int64_t number(const json& from, std::string_view name) {
  return from.root()[name].as_int64().value_or(-1);
}

inline std::function<bool(const json_value&)> is(std::string type, std::string stream = {},
                                                 std::string kind = {}) {
  return [=](const json_value& said) {
    return said["type"].as_string() == type &&
           (stream.empty() || said["stream"].as_string() == stream) &&
           (kind.empty() || said["kind"].as_string() == kind);
  };
}

/// A `stoa.v1` socket that keeps what is said on it. Frames that nobody has asked for wait, so that
/// a test need not know in which order different streams speak.
class kept_socket {
public:
  kept_socket(const native_user& who, record& all) : all_(all), wire_(who) {}

  void say(const std::string& text) {
    all_.client.push_back(text);
    wire_.say(text);
  }
  void say_wrongly(const std::string& text) {
    all_.refused.push_back(text);
    wire_.say(text);
  }
  /// What is no JSON: there is no schema to ask.
  void babble(std::string_view text) { wire_.say(text); }

  [[nodiscard]] json hear(const std::function<bool(const json_value&)>& fits) {
    for (auto each = waiting_.begin(); each != waiting_.end(); ++each)
      if (fits(each->root())) {
        auto found = std::move(*each);
        waiting_.erase(each);
        return found;
      }
    return wire_.until([&](const json_value& next) {
      all_.server.push_back(next.text());
      const bool found = fits(next);
      if (!found)
        waiting_.push_back(*json::parse(all_.server.back()));
      return found;
    });
  }
  void subscribe(const std::string& stream, std::optional<std::int64_t> after = std::nullopt) {
    say(after ? fmt::format(R"({{"type":"subscribe","streams":[{{"stream":"{}","after":{}}}]}})",
                            stream, *after)
              : fmt::format(R"({{"type":"subscribe","streams":["{}"]}})", stream));
  }
  void wait_for(std::chrono::seconds patience) const { wire_.wait_for(patience); }

private:
  record& all_;
  native_socket wire_;
  std::deque<json> waiting_;
};

/// Whether the frames are some of those that there are, or all.
enum class extent : std::uint8_t { some, complete };

/// What the published validator says of these frames against what /asyncapi.json describes.
inline std::string frame_complaints(const std::string& asyncapi, const record& all,
                                    const std::string& name, extent which = extent::some) {
  std::string out;
  json_writer json{out};
  json.begin_object().key("document").raw(asyncapi);
  const auto list = [&](std::string_view of, const strings& frames) {
    json.key(of).begin_array();
    for (const auto& each : frames)
      json.raw(each);
    json.end_array();
  };
  list("client", all.client);
  list("server", all.server);
  list("refused", all.refused);
  json.member("complete", which == extent::complete);
  // Topics belong to the forum of another edition.
  json.key("elsewhere").begin_array().value("TopicStream").end_array().end_object();
  return testing::complaints("frames", "frames." + name, out);
}

/// Sophie's room, where Lucas is, too.
struct stage {
  record all;
  native_user sophie = demo_user("user-sophie");
  native_user lucas = demo_user("user-lucas");
  native_user marie = demo_user("user-marie");
  std::string room = fresh_room(sophie, R"(["user-lucas"])");
  std::string here = "room:" + room;
  std::string address = "/api/v1/rooms/" + room;
  std::size_t keys = 0;

  /// A wish under a fresh key; its `ack`.
  json wish(kept_socket& by, const std::string& type, const std::string& more,
            const std::string& stream) {
    const auto key = fmt::format("{}-{}", room, ++keys);
    by.say(fmt::format(R"({{"type":"{}","stream":"{}","key":"{}",{}}})", type, stream, key, more));
    auto done = by.hear([&](const json_value& said) {
      return said["key"].as_string() == key && said["type"].as_string() == "ack";
    });
    CHECK(word(done, "stream") == stream);
    return done;
  }
  json wish(kept_socket& by, const std::string& type, const std::string& more) {
    return wish(by, type, more, here);
  }
  std::int64_t post(const native_user& by, const std::string& text) const {
    const auto done = by.post(address + "/messages", fmt::format(R"({{"text":"{}"}})", text));
    INFO(done.body);
    REQUIRE(done.status == 201);
    return done.number("seq");
  }
  /// The room in the list of somebody's rooms.
  json_value listed(const native_answer& from) const {
    for (auto each : from["rooms"].items())
      if (each["id"].as_string() == room)
        return each;
    return {};
  }

  [[nodiscard]] std::string complaints(const std::string& name, extent which = extent::some) const {
    return frame_complaints(sophie.get("/asyncapi.json").body, all, name, which);
  }
};

/// A study group of Marie's with a whiteboard, where Sophie is.
struct club {
  explicit club(const stage& on) {
    REQUIRE(on.sophie.call("POST", "/api/study-groups/" + id + "/join").status == 201);
    board = made_board(on);
  }
  [[nodiscard]] std::string made_board(const stage& on) const {
    const auto made =
        on.marie.post("/api/study-groups/" + id + "/whiteboards", R"({"title":"Plan"})");
    INFO(made.body);
    REQUIRE(made.status == 201);
    return made.text("id");
  }
  std::string id = testing::new_group();
  std::string board;
};

/// The numbers of the events in a frame.
inline numbers numbers_of(const json& frame) {
  numbers out;
  for (auto each : frame.root()["events"].items())
    out.push_back(each["seq"].as_int64().value_or(-1));
  return out;
}

}  // namespace stoa::test
