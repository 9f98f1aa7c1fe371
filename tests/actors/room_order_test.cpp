#include "actors/groups/room.hpp"
#include "actors/groups/room_rows.hpp"
#include "tests/support/deterministic.hpp"
#include "tests/support/fakes.hpp"

#include <caf/event_based_actor.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <map>

using namespace stoa;
using namespace stoa::testing;

namespace {

using strings = std::vector<std::string>;
using row_texts = std::vector<std::optional<std::string>>;

/// What a test has not answered yet.
struct open_question {
  transaction what;
  caf::typed_response_promise<results> reply;
  results answer;
};

/// A database whose answers wait for the test, but for those of `at_once`. Promises are kept in
/// their actor's own turn: it hands out what is in `answered` whenever it is asked how it is.
class waiting_database {
public:
  using protocol = database_actor;
  static inline const char* name = "tests.waiting_database";
  using quick = std::function<std::optional<results>(const transaction&)>;

  waiting_database(protocol::pointer self, std::deque<open_question>& open,
                   std::deque<open_question>& answered, quick at_once)
      : self_(self), open_(open), answered_(answered), at_once_(std::move(at_once)) {}
  protocol::behavior_type make_behavior() {
    return {
        [this](transaction& what) -> caf::result<results> {
          if (auto now = at_once_(what))
            return std::move(*now);
          auto reply = self_->make_response_promise<results>();
          open_.push_back({std::move(what), reply, {}});
          return reply;
        },
        [this](how_is_the_pool) {
          for (auto& each : std::exchange(answered_, {}))
            each.reply.deliver(std::move(each.answer));
          return pool_status{};
        },
    };
  }

private:
  protocol::pointer self_;
  std::deque<open_question>& open_;
  std::deque<open_question>& answered_;
  quick at_once_;
};

bool writes(const transaction& what) {
  return what.statements.at(0).sql.view().find("insert into stream_events") !=
         std::string_view::npos;
}

/// A room of ann (admin), bob and cem, whose tables are a few members of this struct.
struct room_order_fixture : deterministic {
  std::deque<open_question> open;
  std::deque<open_question> answered;
  std::string kind = "room";
  bool deleted = false;             // the message `m` of ann, event 1
  std::map<std::string, bool> has;  // reaction by "user emoji"
  std::map<std::string, int> keys;  // what the table knows of them: the numbers of their events
  strings answers;                  // "a=1" or "a!conflict"
  strings saved;                    // kinds, in the order of their numbers
  stream_limits limits;
  static inline const plain_view how{};
  room_actor room;
  database_actor database =
      start<waiting_database>(open, answered, [this](const transaction& what) {
        std::optional<results> out;
        if (what.statements.at(0).sql.view().find("from rooms r") == std::string_view::npos)
          return out;
        out.emplace();
        out->each.push_back(rows_of(10, std::vector<row_texts>{{"school", kind, "Salle", "t", "f",
                                                                "f", "t", "t", "t", "ann"}}));
        const auto member = [](const char* id, const char* role) {
          return row_texts{"m-" + std::string{id},
                           role,
                           "0",
                           "2026-01-05 09:00:00+00",
                           "2026-01-05 09:00:00+00",
                           id,
                           id,
                           "",
                           "",
                           std::nullopt};
        };
        out->each.push_back(rows_of(
            10, {member("ann", "admin"), member("bob", "member"), member("cem", "member")}));
        out->each.push_back(event_rows({{1, ""}}));
        return out;
      });

  room_order_fixture() { reopen(); }
  void reopen() {
    room_surroundings around;
    around.notified = [](const user_id&, const std::string&) {};
    around.retire = [](const std::string&, const caf::actor_addr&) {};
    around.limits = limits;
    room = start<room_state>(room_id{"r"}, database, around);
  }

  scope who(const std::string& user) {
    scope out;
    out.user = user_id{user};
    out.establishment = establishment_id{"school"};
    out.rank = user == "boss" ? role::manager : role::learner;
    return out;
  }
  /// Asks without waiting; the answer will be in `answers` under this name.
  template <class T = posted, class What>
  void ask_for(const std::string& name, const std::string& user, What what) {
    system.spawn([this, name, from = who(user), what](caf::event_based_actor* self) {
      self->request(room, caf::infinite, from, what)
          .then([this, name](const T& good) { answers.push_back(name + number_of(good)); },
                [this, name](caf::error& why) {
                  answers.push_back(name + "!" + std::string{name_of(to_fault(why).code)});
                });
    });
    run();
  }
  static std::string number_of(const posted& what) { return "=" + std::to_string(what.seq); }
  static std::string number_of(const room_state_view&) { return " done"; }

  static say_in_room post(const std::string& key = {}) {
    say_in_room out;
    out.text = "hello";
    out.key = key;
    return out;
  }
  static edit_message edit(const std::string& text, const std::string& key = {}) {
    return {message_id{"m"}, text, key};
  }
  static react_to_message react(bool on, const std::string& key = {}) {
    return {message_id{"m"}, "+", on, key};
  }

  /// Takes over what the statement saves; texts come as array literals.
  void remember(const statement& insert) {
    saved.push_back(*insert.params.at(2));
    keys[*insert.params.at(4)] = std::stoi(insert.params.at(1)->substr(2));
  }
  rows of_key(const std::string& key) {
    const auto found = keys.find(key);
    return found == keys.end() ? event_rows({}) : event_rows({{found->second, "k"}});
  }
  /// The oldest question as a word: `look`, or the kinds that it writes.
  std::string oldest() const {
    if (open.empty())
      return "nothing";
    return writes(open.front().what) ? *open.front().what.statements[0].params.at(2) : "look";
  }
  /// Answers the oldest question as these tables would.
  void go_on() {
    auto next = std::move(open.front());
    open.pop_front();
    results out;
    for (const auto& each : next.what.statements) {
      const auto sql = each.sql.view();
      const auto starts = [&](std::string_view with) { return sql.starts_with(with); };
      out.each.emplace_back();
      if (starts("insert into stream_events"))
        remember(each);
      else if (sql.find("from stream_events") != std::string_view::npos)
        out.each.back() = of_key(*each.params.at(2));
      else if (sql.find("exists (select 1 from message_reactions") != std::string_view::npos)
        out.each.back() =
            rows_of(4, std::vector<row_texts>{
                           {"ann", deleted ? "t" : "f", "1",
                            has[*each.params.at(3) + ' ' + *each.params.at(4)] ? "t" : "f"}});
      else if (starts("select exists (select 1 from messages"))
        out.each.back() =
            rows_of(2, std::vector<row_texts>{{each.params.at(1) == "m" ? "t" : "f",
                                               each.params.at(2) == "m" ? "t" : "f"}});
      else if (starts("select author_id"))
        out.each.back() = rows_of(3, std::vector<row_texts>{{"ann", deleted ? "t" : "f", "1"}});
      else if (starts("insert into message_reactions"))
        has[*each.params.at(1) + ' ' + *each.params.at(2)] = true;
      else if (starts("delete from message_reactions"))
        has[*each.params.at(1) + ' ' + *each.params.at(2)] = false;
      else if (starts("update messages set is_deleted"))
        deleted = true;
    }
    next.answer = std::move(out);
    answered.push_back(std::move(next));
    say(database, how_is_the_pool{});
  }
  /// Answers the newest question before all others, as a database of several connections may.
  void go_on_backwards() {
    while (!open.empty()) {
      std::rotate(open.begin(), std::prev(open.end()), open.end());
      go_on();
    }
  }
  void go_on_to_the_end() {
    while (!open.empty())
      go_on();
  }
};

}  // namespace

TEST_CASE_METHOD(room_order_fixture,
                 "what somebody says after an edit of his waits for it, others do not") {
  ask_for("edit", "ann", edit("better"));
  ask_for("post", "ann", post());
  ask_for("other", "bob", post());
  REQUIRE(open.size() == 2);
  CHECK(oldest() == "look");
  // Bob's message is saved although Ann's look-up has no answer yet.
  std::swap(open[0], open[1]);
  go_on();
  CHECK(answers == strings{"other=2"});
  go_on_to_the_end();
  CHECK(answers == strings{"other=2", "edit=3", "post=4"});
  CHECK(saved == strings{"{\"message\"}", "{\"edit\"}", "{\"message\"}"});
}

TEST_CASE_METHOD(room_order_fixture,
                 "of two edits the later one comes last, whatever the database does") {
  auto reading = std::make_shared<kept_outbox>();
  say(room, who("bob"), follow_stream{reading, &how, {}});
  ask_for("a", "ann", edit("A"));
  ask_for("b", "ann", edit("B"));
  REQUIRE(open.size() == 1);
  go_on();
  CHECK(oldest() == "{\"edit\"}");
  CHECK(open.size() == 1);
  go_on();
  go_on_to_the_end();
  CHECK(answers == strings{"a=2", "b=3"});
  CHECK(reading->frames == strings{"live 1", "2:edit", "3:edit"});
}

TEST_CASE_METHOD(room_order_fixture,
                 "a reaction that is taken back at once is given and taken back") {
  ask_for("on", "ann", react(true));
  ask_for("off", "ann", react(false));
  go_on_to_the_end();
  CHECK(answers == strings{"on=2", "off=3"});
  CHECK_FALSE(has["ann +"]);
}

TEST_CASE_METHOD(room_order_fixture, "the same reaction twice is one event, named by its message") {
  ask_for("one", "bob", react(true, "k1"));
  ask_for("two", "bob", react(true, "k2"));
  ask_for("else", "cem", react(true, "k3"));
  go_on_to_the_end();
  CHECK(saved.size() == 2);
  ask_for("three", "bob", react(true));
  go_on_to_the_end();
  CHECK(saved.size() == 2);
  std::sort(answers.begin(), answers.end());
  CHECK(answers == strings{"else=3", "one=2", "three=1", "two=1"});
}

TEST_CASE_METHOD(room_order_fixture,
                 "wishes about one message are done in the order in which they came") {
  auto reading = std::make_shared<kept_outbox>();
  say(room, who("bob"), follow_stream{reading, &how, {}});
  ask_for("edit", "ann", edit("better"));
  ask_for("delete", "boss", delete_message{message_id{"m"}, ""});
  ask_for("late", "ann", edit("too late"));
  ask_for("react", "bob", react(true));
  go_on_backwards();
  CHECK(answers == strings{"edit=2", "delete=3", "late!not_found", "react!not_found"});
  CHECK(reading->frames == strings{"live 1", "2:edit", "3:delete"});
}

TEST_CASE_METHOD(room_order_fixture,
                 "who reacts to a message waits for the place of others, not for commits") {
  ask_for("bob", "bob", react(true));
  ask_for("cem", "cem", react(true));
  ask_for("elsewhere", "boss", react_to_message{message_id{"n"}, "+", true, ""});
  // Another message is nobody's business here.
  REQUIRE(open.size() == 2);
  go_on();
  // Bob's reaction is being saved; Cem's may be looked up.
  REQUIRE(open.size() == 3);
  CHECK(writes(open.at(1).what));
  CHECK_FALSE(writes(open.at(2).what));
  go_on_to_the_end();
  CHECK(answers == strings{"elsewhere!forbidden", "bob=2", "cem=3"});
}

TEST_CASE_METHOD(room_order_fixture,
                 "a room that closes itself to others lets go of them at once") {
  kind = "group";
  reopen();
  auto member = std::make_shared<kept_outbox>();
  auto outsider = std::make_shared<kept_outbox>();
  auto manager = std::make_shared<kept_outbox>();
  say(room, who("bob"), follow_stream{member, &how, {}});
  say(room, who("eve"), follow_stream{outsider, &how, {}});
  say(room, who("boss"), follow_stream{manager, &how, {}});
  scope server;
  server.establishment = establishment_id{"school"};
  server.rank = role::super_admin;
  set_room_rules rules;
  rules.is_public = true;
  say(room, server, rules);
  CHECK(outsider->frames == strings{"live 1"});
  rules.is_public = false;
  say(room, server, rules);
  ask_for("post", "ann", post());
  go_on_to_the_end();
  CHECK(outsider->frames == strings{"live 1", "gap"});
  CHECK(member->frames == strings{"live 1", "2:message"});
  CHECK(manager->frames == strings{"live 1", "2:message"});
  auto again = answer<followed>(room, who("eve"), follow_stream{outsider, &how, {}});
  REQUIRE_FALSE(again);
  CHECK(again.error().code == fault_code::forbidden);
}

TEST_CASE_METHOD(room_order_fixture, "what is said behind one's own leaving is refused") {
  ask_for<room_state_view>("leave", "bob", remove_member{user_id{"bob"}});
  ask_for("late", "bob", post());
  go_on_to_the_end();
  CHECK(answers == strings{"leave done", "late!forbidden"});
}

TEST_CASE_METHOD(room_order_fixture,
                 "above their bound the wishes that wait behind one are answered overloaded") {
  limits.pending = 3;
  reopen();
  ask_for("edit", "ann", edit("better"));
  for (const auto* each : {"a", "b", "c", "d"})
    ask_for(each, "ann", post());
  CHECK(answers == strings{"d!overloaded"});
  go_on_to_the_end();
  CHECK(answers == strings{"d!overloaded", "edit=2", "a=3", "b=4", "c=5"});
  ask_for("e", "ann", post());
  go_on_to_the_end();
  CHECK(answers.back() == "e=6");
}

TEST_CASE_METHOD(room_order_fixture,
                 "a wish sent again gets the first answer, whatever became of it since") {
  ask_for("post", "ann", post("p"));
  go_on_to_the_end();
  ask_for("react", "ann", react(true, "r"));
  go_on_to_the_end();
  ask_for("edit", "ann", edit("better", "e"));
  go_on_to_the_end();
  delete_message gone{message_id{"m"}, "d"};
  ask_for("delete", "ann", gone);
  go_on_to_the_end();
  ask_for("more", "bob", post());
  go_on_to_the_end();
  ask_for<room_state_view>("archive", "ann", archive_room{true});
  go_on_to_the_end();
  answers.clear();
  ask_for("post", "ann", post("p"));
  go_on_to_the_end();
  ask_for("react", "ann", react(true, "r"));
  ask_for("edit", "ann", edit("better", "e"));
  ask_for("delete", "ann", gone);
  go_on_to_the_end();
  CHECK(answers == strings{"post=2", "react=3", "edit=4", "delete=5"});
  CHECK(saved.size() == 6);
}

TEST_CASE_METHOD(room_order_fixture,
                 "what only the table remembers of a key is answered before a refusal") {
  deleted = true;
  ask_for<room_state_view>("archive", "ann", archive_room{true});
  go_on_to_the_end();
  answers.clear();
  ask_for("new post", "ann", post("n"));
  ask_for("new edit", "ann", edit("better", "n"));
  go_on_to_the_end();
  CHECK(answers == strings{"new post!conflict", "new edit!not_found"});
  answers.clear();
  keys["{\"old\"}"] = 1;
  ask_for("post", "ann", post("old"));
  ask_for("edit", "ann", edit("better", "old"));
  go_on_to_the_end();
  ask_for("react", "ann", react(true, "old"));
  go_on_to_the_end();
  ask_for("delete", "ann", delete_message{message_id{"m"}, "old"});
  go_on_to_the_end();
  CHECK(answers == strings{"post=1", "edit=1", "react=1", "delete=1"});
  // A stranger of another establishment learns nothing by a key.
  answers.clear();
  auto stranger = who("eve");
  stranger.establishment = establishment_id{"other"};
  auto refused = answer<posted>(room, stranger, post("old"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == fault_code::not_found);
}

TEST_CASE_METHOD(room_order_fixture, "an answer to a message looks it up, and keeps its place") {
  auto one = post();
  one.reply_to = message_id{"m"};
  ask_for("one", "ann", one);
  ask_for("two", "ann", post());
  CHECK(open.size() == 1);
  go_on_to_the_end();
  CHECK(answers == strings{"one=2", "two=3"});
  answers.clear();
  one.reply_to = message_id{"elsewhere"};
  ask_for("one", "ann", one);
  auto thread = post();
  thread.thread = message_id{"elsewhere"};
  ask_for("thread", "ann", thread);
  auto odd = post();
  odd.type = "bogus";
  ask_for("odd", "bob", odd);
  go_on_to_the_end();
  CHECK(answers == strings{"odd!invalid", "one!invalid", "thread!invalid"});
}

TEST_CASE_METHOD(room_order_fixture, "an archived room takes no reactions, edits and deletions") {
  ask_for<room_state_view>("archive", "ann", archive_room{true});
  go_on_to_the_end();
  answers.clear();
  ask_for("react", "ann", react(true));
  ask_for("edit", "ann", edit("better"));
  ask_for("delete", "ann", delete_message{message_id{"m"}, ""});
  go_on_to_the_end();
  CHECK(answers == strings{"react!conflict", "edit!conflict", "delete!conflict"});
}

TEST_CASE_METHOD(room_order_fixture, "a room keeps an admin, even when all of them go at once") {
  ask_for<room_state_view>("leave", "ann", remove_member{user_id{"ann"}});
  ask_for<room_state_view>("step down", "ann", set_member_role{user_id{"ann"}, "member"});
  ask_for<room_state_view>("appoint", "ann", set_member_role{user_id{"bob"}, "admin"});
  go_on_to_the_end();
  CHECK(answers == strings{"leave!conflict", "step down!conflict", "appoint done"});
  answers.clear();
  ask_for<room_state_view>("ann", "ann", remove_member{user_id{"ann"}});
  ask_for<room_state_view>("bob", "bob", remove_member{user_id{"bob"}});
  go_on_to_the_end();
  CHECK(answers == strings{"bob!conflict", "ann done"});
  // The last one of all may go.
  answers.clear();
  ask_for<room_state_view>("cem", "cem", remove_member{user_id{"cem"}});
  go_on_to_the_end();
  ask_for<room_state_view>("bob", "bob", remove_member{user_id{"bob"}});
  go_on_to_the_end();
  CHECK(answers == strings{"cem done", "bob done"});
}

TEST_CASE_METHOD(room_order_fixture, "the creator of a study group stays, as its admin") {
  kind = "group";
  reopen();
  ask_for<room_state_view>("appoint", "ann", set_member_role{user_id{"bob"}, "admin"});
  go_on_to_the_end();
  answers.clear();
  ask_for<room_state_view>("leave", "ann", remove_member{user_id{"ann"}});
  ask_for<room_state_view>("step down", "ann", set_member_role{user_id{"ann"}, "member"});
  ask_for<room_state_view>("taken out", "bob", remove_member{user_id{"ann"}});
  ask_for<room_state_view>("bob", "bob", remove_member{user_id{"bob"}});
  go_on_to_the_end();
  CHECK(answers ==
        strings{"leave!conflict", "step down!conflict", "taken out!conflict", "bob done"});
}

TEST_CASE_METHOD(room_order_fixture,
                 "people come and go once, however many connections they show") {
  auto bob = std::make_shared<kept_outbox>();
  auto ann = std::make_shared<kept_outbox>();
  auto twin = std::make_shared<kept_outbox>();
  const auto come = [&](const std::shared_ptr<kept_outbox>& out, const std::string& user) {
    say(room, who(user), follow_stream{out, &how, {}});
    say(room, who(user), signal_stream{"user_joined", "{}", out});
  };
  come(bob, "bob");
  come(ann, "ann");
  come(twin, "ann");
  CHECK(bob->frames == strings{"live 1", "signal user_joined"});
  CHECK(ann->frames == strings{"live 1"});
  // Following once more is not coming once more.
  come(ann, "ann");
  say(room, unfollow_stream{ann});
  CHECK(bob->frames.size() == 2);
  say(room, unfollow_stream{twin});
  CHECK(bob->frames == strings{"live 1", "signal user_joined", "signal user_left"});
  // Who is taken out leaves with all his connections at once.
  auto cem = std::make_shared<kept_outbox>();
  auto other = std::make_shared<kept_outbox>();
  come(cem, "cem");
  come(other, "cem");
  bob->frames.clear();
  ask_for<room_state_view>("out", "ann", remove_member{user_id{"cem"}});
  go_on_to_the_end();
  CHECK(bob->frames == strings{"2:leave", "signal user_left"});
  CHECK(cem->frames.back() == "gap");
  say(room, unfollow_stream{cem});
  CHECK(bob->frames.size() == 2);
}

TEST_CASE_METHOD(room_order_fixture, "typing ends with the connection that it came from") {
  auto bob = std::make_shared<kept_outbox>();
  auto ann = std::make_shared<kept_outbox>();
  auto cem = std::make_shared<kept_outbox>();
  for (const auto& [out, user] :
       {std::pair{bob, "bob"}, std::pair{ann, "ann"}, std::pair{cem, "cem"}})
    say(room, who(user), follow_stream{out, &how, {}});
  const auto type = [&](const std::shared_ptr<kept_outbox>& out, const std::string& user,
                        const std::string& data) {
    say(room, who(user), signal_stream{"typing", data, out});
  };
  type(ann, "ann", R"({"typing":true})");
  say(room, unfollow_stream{ann});
  CHECK(bob->frames == strings{"live 1", "signal typing", "signal typing"});
  // Who said so himself is not said again, nor who never typed.
  say(room, who("ann"), follow_stream{ann, &how, {}});
  type(ann, "ann", R"({"typing":true})");
  type(ann, "ann", R"({"typing":false})");
  bob->frames.clear();
  say(room, unfollow_stream{ann});
  CHECK(bob->frames.empty());
  // Who is taken out in the middle of a word types no more.
  type(cem, "cem", R"({"typing":true})");
  ask_for<room_state_view>("out", "ann", remove_member{user_id{"cem"}});
  go_on_to_the_end();
  CHECK(bob->frames == strings{"signal typing", "2:leave", "signal typing"});
}

TEST_CASE_METHOD(room_order_fixture,
                 "a message on its way answers for its repetition, whatever happens to it") {
  ask_for("one", "bob", post("k"));
  // The group changes its rules beside the room's log: nothing there tells which was first.
  scope server;
  server.establishment = establishment_id{"school"};
  server.rank = role::super_admin;
  say(room, server, set_room_rules{true, true, true, true});
  ask_for("two", "cem", post("b"));
  CHECK(open.size() == 2);
  ask_for("again", "bob", post("k"));
  CHECK(open.size() == 2);
  go_on_to_the_end();
  CHECK(answers == strings{"one=2", "again=2", "two!forbidden"});
}

TEST_CASE("a text of nothing that can be seen is empty, whatever it is made of") {
  for (const auto* text : {"", " ", "\n\n", "\t ", "\u200b", "\u00a0\u202f", "\u2060\ufeff"}) {
    INFO(text);
    const auto why = refuse_text(text, 100);
    REQUIRE(why);
    CHECK(why->text == "the text is empty");
  }
  for (const auto* text : {"a", ".", "\u00e9", "\U0001f600", "\u4f60", " x "})
    CHECK_FALSE(refuse_text(text, 100));
}
