#include "actors/people/inbox.hpp"

#include "tests/support/deterministic.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

std::string notification_row(std::uint64_t seq) {
  return R"({"id":"n)" + std::to_string(seq) + R"(","seq":)" + std::to_string(seq) +
         R"(,"user_id":"ann","establishment_id":"e1","type":"new_announcement","title":"T",)"
         R"("message":"M","data":{"kind":"mention"},)"
         R"("is_read":false,"read_at":null,"created_at":"2026-01-05T09:00:00.123456+00:00"})";
}

struct inbox_fixture : deterministic {
  std::uint64_t stored = 0;  // the table has 1 … stored
  std::size_t reads = 0;
  bool away = false;
  std::vector<std::string> retired;
  database_actor database =
      start<told_database>([this](const transaction& what) { return answer_to(what); });
  static inline const plain_view how{};  // owners end after the fixture, and still tell through it
  inbox_actor inbox;

  void open() {
    inbox_surroundings around;
    around.replay = 3;
    around.retire = [this](const std::string& user, const caf::actor_addr&) {
      retired.push_back(user);
    };
    inbox = start<inbox_state>(user_id{"ann"}, database, around);
  }
  outcome<results> answer_to(const transaction& what) {
    if (away)
      return fail(fault_code::unavailable, "away");
    results out;
    const auto& asked = what.statements.at(0);
    if (asked.sql.view().find("notification_counters") != std::string_view::npos) {
      out.each.push_back(rows_of(2, {{"school", std::to_string(stored)}}));
      return out;
    }
    ++reads;
    std::vector<std::vector<std::optional<std::string>>> found;
    const auto after = std::stoull(*asked.params.at(1));
    const auto most = std::stoull(*asked.params.at(2));
    for (auto seq = after + 1; seq <= stored && found.size() < most; ++seq)
      found.push_back({notification_row(seq)});
    out.each.push_back(rows_of(1, found));
    return out;
  }
  scope who(const std::string& user) {
    scope out;
    out.user = user_id{user};
    out.rank = role::learner;
    return out;
  }
  std::shared_ptr<kept_outbox> follower(std::optional<std::uint64_t> after) {
    auto out = std::make_shared<kept_outbox>();
    say(inbox, who("ann"), follow_stream{out, &how, after});
    return out;
  }
};

}  // namespace

TEST_CASE("a notification's row becomes an event in the clients' spelling") {
  auto made = notification_event(notification_row(7));
  REQUIRE(made);
  CHECK((*made)->seq == 7);
  CHECK((*made)->kind == "notification");
  CHECK((*made)->stream == "notifications:me");
  CHECK((*made)->data == R"({"id":"n7","userId":"ann","establishmentId":"e1","seq":7,)"
                         R"("type":"new_announcement","title":"T","message":"M",)"
                         R"("data":{"kind":"mention"},"isRead":false,"readAt":null,)"
                         R"("createdAt":"2026-01-05T09:00:00.123Z",)"
                         R"("updatedAt":"2026-01-05T09:00:00.123Z"})");
  CHECK_FALSE(notification_event("{}"));
  CHECK_FALSE(notification_event("nonsense"));
}

TEST_CASE_METHOD(inbox_fixture, "missed notifications are replayed, then they come live") {
  stored = 2;
  open();
  auto ann = follower(0);
  CHECK(ann->frames == strings{"live 2", "replay 1 2"});
  stored = 3;
  say(inbox, deliver_notification{notification_row(3)});
  CHECK(ann->frames.back() == "3:notification");
  say(inbox, deliver_notification{notification_row(3)});
  CHECK(ann->frames.size() == 3);
  // Who knows the last one needs no table.
  const auto before = reads;
  CHECK(follower(3)->frames == strings{"live 3"});
  CHECK(follower({})->frames == strings{"live 3"});
  CHECK(reads == before);
}

TEST_CASE_METHOD(inbox_fixture, "every beat of an inbox tells the newest number") {
  stored = 2;
  open();
  auto ann = follower({});
  advance(26s);
  CHECK(ann->frames == strings{"live 2", "beat 2"});
  stored = 3;
  say(inbox, deliver_notification{notification_row(3)});
  advance(25s);
  CHECK(ann->frames == strings{"live 2", "beat 2", "3:notification", "beat 3"});
}

TEST_CASE_METHOD(inbox_fixture, "more than one batch is fetched by following again") {
  stored = 5;
  open();
  CHECK(follower(0)->frames == strings{"more 3", "replay 1 2 3"});
  CHECK(follower(3)->frames == strings{"live 5", "replay 4 5"});
  CHECK(follower(9)->frames == strings{"reload 5"});
}

TEST_CASE_METHOD(inbox_fixture, "what was told out of order arrives in order") {
  open();
  auto ann = follower({});
  stored = 5;
  say(inbox, deliver_notification{notification_row(5)});
  say(inbox, deliver_notification{notification_row(1)});
  CHECK(ann->frames == strings{"live 0", "1:notification", "2:notification", "3:notification",
                               "4:notification", "5:notification"});
}

TEST_CASE_METHOD(inbox_fixture, "what nobody told is found when somebody asks") {
  open();
  auto first = follower({});
  stored = 2;
  CHECK(follower(1)->frames == strings{"more 2", "replay 2"});
  say(inbox, deliver_notification{notification_row(2)});
  CHECK(first->frames == strings{"live 0", "1:notification", "2:notification"});
}

TEST_CASE_METHOD(inbox_fixture, "an inbox has one owner and survives a database that is away") {
  stored = 4;
  open();
  auto out = std::make_shared<kept_outbox>();
  auto foreign = answer<followed>(inbox, who("eve"), follow_stream{out, &how, 0});
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code == fault_code::not_found);
  away = true;
  auto failed = answer<followed>(inbox, who("ann"), follow_stream{out, &how, 0});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == fault_code::unavailable);
  CHECK(out->frames.empty());
  away = false;
  CHECK(follower(3)->frames == strings{"live 4", "replay 4"});
}

TEST_CASE_METHOD(inbox_fixture,
                 "an inbox that nobody needs leaves, and one with a follower stays") {
  open();
  auto ann = follower({});
  advance(300s);
  CHECK(retired.empty());
  say(inbox, unfollow_stream{ann});
  advance(120s);
  CHECK(retired == strings{"ann"});
}
