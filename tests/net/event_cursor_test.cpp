#include "net/routes/stoa/event_cursor.hpp"

#include "actors/core/task.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::stoa_api;

namespace {

class kept final : public outbox {
public:
  bool push(const frame& what, urgency) override {
    numbers.emplace_back(what.number());
    return true;
  }
  void close(close_code, std::string) override {}
  std::vector<std::string> numbers;
};

}  // namespace

TEST_CASE("a cursor has a number or none for each stream") {
  auto where = event_cursor::read("42.-.7", 3, "after");
  CHECK(where.at(0) == 42u);
  CHECK_FALSE(where.at(1));
  CHECK(where.at(2) == 7u);
  where.reach(1, 1);
  CHECK(where.text() == "42.1.7");
  CHECK(event_cursor::read("", 2, "after").text() == "-.-");
  CHECK(event_cursor::read("3", 1, "after").text() == "3");
  for (const auto* wrong : {"1", "1.", ".1", "1.2.3", "1.-2", "a.b", "..", "1,2"}) {
    INFO(wrong);
    CHECK_THROWS_AS(event_cursor::read(wrong, 2, "after"), fault_error);
  }
}

TEST_CASE("frames of several streams carry the cursor over all of them") {
  const auto into = std::make_shared<kept>();
  const auto where = std::make_shared<event_cursor>(event_cursor::read("5.-", 2, "after"));
  const auto first = std::make_shared<cursor_outbox>(into, where, 0);
  const auto second = std::make_shared<cursor_outbox>(into, where, 1);
  outbox& one = *first;
  outbox& two = *second;
  one.push(frame{"a", "event", "6"});
  two.push(frame{"b", "signal", {}});
  two.push(frame{"c", "subscribed", "0"});
  two.push(frame{"d", "event", "1"});
  one.push(frame{"e", "event", "7"});
  CHECK(into->numbers == std::vector<std::string>{"6.-", "", "6.0", "6.1", "7.1"});
}
