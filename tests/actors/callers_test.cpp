#include "actors/people/callers.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace std::chrono_literals;

namespace {

constexpr rate twice{2, 60s};
const auto noon = credits::clock::time_point{} + 1000s;

}  // namespace

TEST_CASE("guests pay for themselves: one address leaves another's credits alone") {
  caller_book book;
  CHECK(book.pay("127.0.0.2", 0, twice, noon).left == 1);
  CHECK(book.pay("127.0.0.2", 0, twice, noon).passes);
  const auto third = book.pay("127.0.0.2", 0, twice, noon);
  CHECK_FALSE(third.passes);
  CHECK(third.wait == 30);
  CHECK(book.pay("127.0.0.3", 0, twice, noon).passes);
  // Another limit of the same address is another purse, and credits come back.
  CHECK(book.pay("127.0.0.2", 1, twice, noon).passes);
  CHECK(book.pay("127.0.0.2", 0, twice, noon + 31s).passes);
}

TEST_CASE("guests of one IPv6 network share their credits") {
  caller_book book;
  CHECK(book.pay("2001:db8:1:2::1", 0, twice, noon).passes);
  CHECK(book.pay("2001:db8:1:2:aaaa::9", 0, twice, noon).passes);
  CHECK_FALSE(book.pay("2001:db8:1:2:ffff::3", 0, twice, noon).passes);
  CHECK(book.pay("2001:db8:1:3::1", 0, twice, noon).passes);
}

TEST_CASE("the book of guests is bounded, and forgets who has not called for longest") {
  constexpr std::size_t most = 160;
  caller_book book{most};
  const auto spend = [&](const std::string& who) { return book.pay(who, 0, twice, noon).passes; };
  for (int i = 0; i < 10'000; ++i) {
    REQUIRE(spend("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250)));
    spend("127.0.0.1");  // who keeps calling is kept, and has long spent all
  }
  CHECK(book.size() <= most);
  CHECK(book.size() > most / 2);
  CHECK_FALSE(spend("127.0.0.1"));
  CHECK(spend("10.0.0.0"));
  CHECK(spend("10.0.0.0"));
}
