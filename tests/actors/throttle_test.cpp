#include "actors/people/throttle.hpp"

#include "actors/people/places.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace std::chrono_literals;

namespace {

/// A throttle and a clock that a test moves.
struct gate {
  throttle door;
  throttle::clock::time_point present{1h};

  explicit gate(throttle_limits limits = {}) : door(limits) {}
  bool fails(std::string_view address, std::string_view account) {
    if (door.enter(address, account, present) > 0)
      return false;
    door.failed(address, present);
    return true;
  }
};

}  // namespace

TEST_CASE("five failures close an account to that address for a quarter of an hour") {
  gate at;
  for (int i = 0; i < 5; ++i)
    CHECK(at.fails("192.0.2.1", "anna@example.org"));
  CHECK(at.door.enter("192.0.2.1", "Anna@Example.org", at.present) == 900);
  CHECK(at.door.enter("192.0.2.1", " anna@example.org\u200b", at.present) == 900);
  at.present += 100s;
  CHECK(at.door.enter("192.0.2.1", "anna@example.org", at.present) == 800);
  CHECK(at.fails("192.0.2.1", "bert@example.org"));
  at.present += 801s;
  CHECK(at.fails("192.0.2.1", "anna@example.org"));
}

TEST_CASE("nobody is locked out from elsewhere") {
  gate at;
  for (int i = 0; i < 5; ++i)
    CHECK(at.fails("192.0.2.1", "anna@example.org"));
  CHECK(at.door.enter("192.0.2.2", "anna@example.org", at.present) == 0);
}

TEST_CASE("an address has fifty failures, whatever the accounts") {
  gate at;
  for (int i = 0; i < 50; ++i)
    CHECK(at.fails("192.0.2.1", "user" + std::to_string(i)));
  CHECK_FALSE(at.fails("192.0.2.1", "another"));
  CHECK(at.fails("192.0.2.3", "another"));
}

TEST_CASE("who fails behind an address does not lock out those who signed in from there") {
  gate at{throttle_limits{.per_pair = 5, .per_address = 50, .window = 900s, .most = 60}};
  CHECK(at.door.enter("192.0.2.1", "anna", at.present) == 0);
  at.door.succeeded("192.0.2.1", "anna");
  for (int i = 0; i < 50; ++i)
    CHECK(at.fails("192.0.2.1", "user" + std::to_string(i)));
  CHECK(at.door.enter("192.0.2.1", "user1", at.present) > 0);
  CHECK(at.door.enter("192.0.2.1", "Anna", at.present) == 0);  // from where she is known
  at.door.undecided("192.0.2.1", "anna");
  for (int i = 0; i < 5; ++i)  // but even there nobody guesses on
    CHECK(at.fails("192.0.2.1", "anna"));
  CHECK(at.door.enter("192.0.2.1", "anna", at.present) > 0);
}

TEST_CASE("as many successes are remembered as failures") {
  gate at{throttle_limits{.per_pair = 5, .per_address = 3, .window = 900s, .most = 10}};
  for (int i = 0; i < 11; ++i)
    at.door.succeeded("192.0.2.1", "user" + std::to_string(i));
  for (int i = 0; i < 3; ++i)
    CHECK(at.fails("192.0.2.1", "guest"));
  CHECK(at.door.enter("192.0.2.1", "user0", at.present) > 0);  // the oldest is forgotten
  CHECK(at.door.enter("192.0.2.1", "user1", at.present) == 0);
}

TEST_CASE("addresses of one IPv6 network are one client") {
  gate at;
  for (int i = 0; i < 5; ++i)
    CHECK(at.fails("2001:db8:1:2::" + std::to_string(i + 1), "anna"));
  CHECK_FALSE(at.fails("2001:db8:1:2:ffff::1", "anna"));
  CHECK(at.fails("2001:db8:1:3::1", "anna"));
}

TEST_CASE("success forgives, and guesses at the same time count too") {
  gate at;
  for (int i = 0; i < 4; ++i)
    CHECK(at.fails("192.0.2.1", "anna"));
  CHECK(at.door.enter("192.0.2.1", "anna", at.present) == 0);
  CHECK(at.door.enter("192.0.2.1", "anna", at.present) > 0);  // the fifth is still under way
  at.door.succeeded("192.0.2.1", "anna");
  CHECK(at.fails("192.0.2.1", "anna"));
  for (int i = 0; i < 20; ++i) {
    CHECK(at.door.enter("192.0.2.1", "anna", at.present) == 0);
    at.door.undecided("192.0.2.1", "anna");
  }
}

TEST_CASE("the table of failures is bounded") {
  gate at{throttle_limits{5, 50, 900s, 100}};
  for (int i = 0; i < 1000; ++i)
    CHECK(at.fails("192.0.2." + std::to_string(i), "anna"));
  CHECK(at.door.size() <= 100);
}

TEST_CASE("places are given back") {
  places seats{2};
  auto first = seats.take("anna", std::make_shared<testing::kept_outbox>());
  auto second = seats.take("anna", std::make_shared<testing::kept_outbox>());
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(seats.take("anna", std::make_shared<testing::kept_outbox>()));
  CHECK(seats.take("bert", std::make_shared<testing::kept_outbox>()));
  first = nullptr;
  CHECK(seats.take("anna", std::make_shared<testing::kept_outbox>()));
  CHECK(seats.lanes("anna").empty());  // these have none
}
