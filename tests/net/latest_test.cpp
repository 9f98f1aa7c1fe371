#include "tests/net/support.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace stoa;
using namespace stoa::test;

namespace {

frame state(const std::string& name, int number, std::size_t size) {
  auto text = name + ' ' + std::to_string(number) + ' ';
  text.resize(size, '.');
  return frame{std::move(text), name, {}};
}

std::string begin_of(const wire_frame& what) {
  return what.payload.substr(0, what.payload.find('.'));
}

}  // namespace

TEST_CASE("of whole states a slow reader gets the last, and holds one of each", "[net]") {
  served s{[](auto& options, auto&) {
    options.limits.outbox_frames = 8;
    options.limits.outbox_bytes = 64 * 1024;
  }};
  raw_client slow{s.port, 4096};
  REQUIRE(slow.upgrade("/ws").status == 101);
  REQUIRE(until([&] { return s.people.last() && s.people.last()->box(); }));
  const auto box = s.people.last()->box();
  constexpr int many = 300;
  constexpr std::size_t size = 100'000;  // one is more than the bound of everything that waits
  for (int i = 1; i <= many; ++i) {
    REQUIRE(box->push(state("here", i, size), urgency::latest));
    REQUIRE(box->push(state("events", i, 50), urgency::latest));
  }
  // Nobody was cut off, and far less is sent than was said.
  CHECK(s.edge->counters().overrun == 0);
  CHECK(until([&] { return s.edge->counters().skipped > many; }));
  int here = 0;
  int heard = 0;
  std::string last_here;
  std::string last_events;
  while (last_here != "here 300 " || last_events != "events 300 ") {
    const auto got = slow.read_frame();
    REQUIRE(got.opcode == 1);
    ++heard;
    (got.payload.starts_with("here") ? last_here : last_events) = begin_of(got);
    // In order, each of them whole.
    if (got.payload.starts_with("here")) {
      const auto number = std::stoi(got.payload.substr(5));
      CHECK(number > here);
      here = number;
      CHECK(got.payload.size() == size);
    }
  }
  CHECK(heard < 2 * many);
  // What was replaced is not counted as waiting any more: ordinary frames fit.
  REQUIRE(box->push(frame{"and on"}));
  CHECK(slow.read_frame().payload == "and on");
}

TEST_CASE("a state takes no other frame's place", "[net]") {
  served s;
  raw_client client{s.port};
  REQUIRE(client.upgrade("/ws").status == 101);
  REQUIRE(until([&] { return s.people.last() && s.people.last()->box(); }));
  const auto box = s.people.last()->box();
  // All in one batch, so that everything waits when the last one comes.
  box->lane()->post([box] {
    static_cast<void>(box->push(frame{"1", "here", {}}));
    static_cast<void>(box->push(frame{"2", "here", {}}, urgency::latest));
    static_cast<void>(box->push(frame{"3", "events", {}}, urgency::latest));
    static_cast<void>(box->push(frame{"4", "here", {}}));
    static_cast<void>(box->push(frame{"5", "here", {}}, urgency::latest));
  });
  for (const auto* each : {"1", "5", "3", "4"})
    CHECK(client.read_frame().payload == each);
  CHECK(s.edge->counters().skipped == 1);
}
