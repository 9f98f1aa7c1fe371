#include "actors/groups/board.hpp"
#include "tests/support/deterministic.hpp"
#include "tests/support/fakes.hpp"

#include <caf/event_based_actor.hpp>
#include <catch2/catch.hpp>

#include <deque>

using namespace stoa;
using namespace stoa::testing;

namespace {

using strings = std::vector<std::string>;

/// What a test has not answered yet: whether somebody is a member.
struct open_look {
  std::string user;
  caf::typed_response_promise<room_state_view> reply;
};

/// The room of a board's group, whose answers wait for the test. Promises are kept in their actor's
/// own turn: it hands out what is in `answered` whenever somebody is active.
class waiting_room {
public:
  using protocol = room_actor;
  static inline const char* name = "tests.waiting_room";

  waiting_room(protocol::pointer self, std::deque<open_look>& open, std::deque<open_look>& answered,
               strings& members, std::vector<follow_stream>& watching)
      : self_(self), open_(open), answered_(answered), members_(members), watching_(watching) {}

  protocol::behavior_type make_behavior() {
    using view_result = caf::result<room_state_view>;
    using posted_result = caf::result<posted>;
    return {
        [this](const scope&, follow_stream& what) -> caf::result<followed> {
          watching_.push_back(what);
          return followed{};
        },
        [this](unfollow_stream& what) {
          std::erase_if(watching_, [&](const auto& each) { return each.who == what.who; });
        },
        [](const scope&, signal_stream&) -> caf::result<void> { return {}; },
        [](const scope&, read_history&) -> caf::result<history_page> { return history_page{}; },
        [](const scope&, say_in_room&) -> posted_result { return posted{}; },
        [](const scope&, edit_message&) -> posted_result { return posted{}; },
        [](const scope&, delete_message&) -> posted_result { return posted{}; },
        [](const scope&, react_to_message&) -> posted_result { return posted{}; },
        [](const scope&, mark_read&) -> caf::result<void> { return {}; },
        [](const scope&, admit_member&) -> view_result { return room_state_view{}; },
        [](const scope&, remove_member&) -> view_result { return room_state_view{}; },
        [](const scope&, set_member_role&) -> view_result { return room_state_view{}; },
        [](const scope&, archive_room&) -> view_result { return room_state_view{}; },
        [](const scope&, set_room_rules&) -> caf::result<void> { return {}; },
        [](const scope&, list_members&) -> view_result { return room_state_view{}; },
        [this](const scope&, find_member& what) -> view_result {
          auto reply = self_->make_response_promise<room_state_view>();
          open_.push_back({what.who.value, reply});
          return reply;
        },
        [this](const scope&, note_activity) {
          for (auto& each : std::exchange(answered_, {}))
            each.reply.deliver(found(each.user));
        },
    };
  }

private:
  [[nodiscard]] room_state_view found(const std::string& user) const {
    room_state_view out;
    if (std::find(members_.begin(), members_.end(), user) == members_.end())
      return out;
    out.members.emplace_back();
    out.members.back().who.id = user_id{user};
    return out;
  }

  protocol::pointer self_;
  std::deque<open_look>& open_;
  std::deque<open_look>& answered_;
  strings& members_;
  std::vector<follow_stream>& watching_;
};

/// A board of a group of ann and bob; cem is none of them, and boss manages the school.
struct board_fixture : deterministic {
  std::deque<open_look> open;
  std::deque<open_look> answered;
  strings members{"ann", "bob"};
  std::vector<follow_stream> watching;
  strings saved;    // the data of events, in the order of their numbers
  strings answers;  // "a=1" or "a!conflict"
  static inline const plain_view how{};
  database_actor database = start<told_database>([this](const transaction& what) {
    results out;
    if (what.statements.at(0).sql.view().starts_with("insert into stream_events")) {
      saved.push_back(*what.statements[0].params.at(6));
      out.each.resize(what.statements.size());
    } else {
      out.each.push_back(rows_of(10, {{"b", "school", "g", "ann", "Plan", "{}", "0", "t",
                                       "2026-01-05 09:00:00+00", "2026-01-05 09:00:00+00"}}));
      out.each.push_back(rows_of(3, {}));
      out.each.push_back(event_rows({}));
    }
    return outcome<results>{out};
  });
  room_actor room = start<waiting_room>(open, answered, members, watching);
  board_actor board = start<board_state>(board_id{"b"}, database, surroundings());

  board_surroundings surroundings() {
    board_surroundings out;
    out.room = [this](const room_id&) { return room; };
    out.retire = [](const std::string&, const caf::actor_addr&) {};
    return out;
  }
  scope who(const std::string& user) {
    scope out;
    out.user = user_id{user};
    out.establishment = establishment_id{"school"};
    out.rank = user == "boss" ? role::manager : role::learner;
    return out;
  }
  void draw(const std::string& name, const std::string& user, const std::string& operation) {
    system.spawn([this, name, from = who(user), operation](caf::event_based_actor* self) {
      self->request(board, caf::infinite, from, draw_on_board{"", operation})
          .then(
              [this, name](const posted& good) {
                answers.push_back(name + "=" + std::to_string(good.seq));
              },
              [this, name](caf::error& why) {
                answers.push_back(name + "!" + std::string{name_of(to_fault(why).code)});
              });
    });
    run();
  }
  std::shared_ptr<kept_outbox> follow(const std::string& user) {
    auto out = std::make_shared<kept_outbox>();
    say(board, who(user), follow_stream{out, &how, {}});
    return out;
  }
  /// Answers the newest question before all others.
  void go_on_backwards() {
    while (!open.empty()) {
      answered.push_back(std::move(open.back()));
      open.pop_back();
      say(room, who("ann"), note_activity{});
    }
  }
  /// The room tells those who watch it that somebody has left.
  void leave(const std::string& user) {
    std::erase(members, user);
    stream_event gone;
    gone.kind = "leave";
    gone.subject = user;
    for (const auto& each : std::vector{watching})
      each.who->push(each.how->event(gone));
    run();
  }
};

std::string set(const std::string& id, int value) {
  return R"({"op":"set","id":")" + id + R"(","value":)" + std::to_string(value) + "}";
}

}  // namespace

TEST_CASE_METHOD(board_fixture, "operations take their place in the order in which they came") {
  draw("one", "ann", set("a", 1));
  draw("two", "bob", set("a", 2));
  draw("clear", "ann", R"({"op":"clear"})");
  draw("stranger", "cem", set("a", 3));
  draw("three", "bob", set("a", 4));
  go_on_backwards();
  CHECK(answers == strings{"one=1", "two=2", "clear=3", "stranger!forbidden", "three=4"});
  REQUIRE(saved.size() == 4);
  CHECK(saved[1].find("value") != std::string::npos);
  CHECK(saved[2].find("clear") != std::string::npos);
}

TEST_CASE_METHOD(board_fixture, "who leaves the group hears no more of its boards, others do") {
  auto ann = follow("ann");
  auto bob = follow("bob");
  auto twin = follow("bob");
  auto boss = follow("boss");
  go_on_backwards();
  // One ear for all of them.
  REQUIRE(watching.size() == 1);
  leave("bob");
  leave("boss");
  draw("one", "ann", set("a", 1));
  go_on_backwards();
  CHECK(ann->frames == strings{"live 0", "1:op"});
  CHECK(boss->frames == strings{"live 0", "1:op"});
  CHECK(bob->frames == strings{"live 0", "gap"});
  CHECK(twin->frames == strings{"live 0", "gap"});
  auto again = follow("bob");
  go_on_backwards();
  CHECK(again->frames.empty());
  // A board that nobody follows leaves its room alone.
  say(board, unfollow_stream{ann});
  say(board, unfollow_stream{boss});
  CHECK(watching.empty());
}

TEST_CASE_METHOD(board_fixture, "who is taken out while his right is asked for does not follow") {
  auto ann = follow("ann");
  auto bob = follow("bob");
  auto away = follow("ann");
  say(board, unfollow_stream{away});
  leave("bob");
  members.push_back("bob");  // what the room said before he left arrives late
  go_on_backwards();
  draw("one", "ann", set("a", 1));
  go_on_backwards();
  CHECK(ann->frames == strings{"live 0", "1:op"});
  CHECK(bob->frames == strings{"gap"});
  CHECK(away->frames.empty());
}

TEST_CASE_METHOD(board_fixture, "when the room's owner goes, rights are asked anew") {
  auto ann = follow("ann");
  auto bob = follow("bob");
  go_on_backwards();
  std::erase(members, "bob");  // while nobody told
  const auto before = std::exchange(watching, {});
  REQUIRE(before.size() == 1);
  before[0].who->push(before[0].how->gap("room:g"));
  run();
  REQUIRE(watching.size() == 1);
  go_on_backwards();
  CHECK(ann->frames == strings{"live 0"});
  CHECK(bob->frames == strings{"live 0", "gap"});
  leave("ann");
  CHECK(ann->frames == strings{"live 0", "gap"});
}
