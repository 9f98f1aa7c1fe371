#include "net/path_locks.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace stoa;
using mode = path_locks::mode;

TEST_CASE("who writes under a condition writes alone, in order, and at one address only", "[net]") {
  path_locks locks;
  std::vector<path_locks::hold> holds(8);
  std::string order;
  const auto enter = [&](const char* path, mode how, std::size_t into, char name) {
    REQUIRE(locks.enter(path, how, [&, into, name](path_locks::hold right) {
      holds[into] = std::move(right);
      order += name;
    }));
  };
  enter("/a", mode::shared, 0, 'a');
  enter("/a", mode::shared, 1, 'b');
  enter("/a", mode::alone, 2, 'C');
  enter("/a", mode::shared, 3, 'd');
  enter("/a", mode::shared, 4, 'e');
  enter("/a", mode::alone, 5, 'F');
  enter("/b", mode::alone, 6, 'X');
  CHECK(order == "abX");
  holds[0].release();
  CHECK(order == "abX");
  holds[1].release();
  CHECK(order == "abXC");
  holds[2] = {};
  CHECK(order == "abXCde");
  holds[3].release();
  holds[3].release();
  CHECK(order == "abXCde");
  CHECK_FALSE(locks.try_enter("/a", mode::shared));
  CHECK(locks.try_enter("/c", mode::alone));
  holds[4].release();
  CHECK(order == "abXCdeF");
  for (int i = 0; i < 64; ++i)
    REQUIRE(locks.enter("/a", mode::shared, [](path_locks::hold) {}));
  CHECK_FALSE(locks.enter("/a", mode::shared, [](path_locks::hold) { FAIL("never called"); }));
  holds.clear();
  bool free = false;
  REQUIRE(locks.enter("/a", mode::alone, [&](path_locks::hold) { free = true; }));
  CHECK(free);
}

TEST_CASE("conditional writes from many threads never overlap", "[net]") {
  path_locks locks;
  std::atomic<int> alone{0};
  std::atomic<int> worst{0};
  std::atomic<int> done{0};
  std::vector<std::thread> all;
  for (int i = 0; i < 4; ++i)
    all.emplace_back([&] {
      for (int turn = 0; turn < 500; ++turn)
        if (!locks.enter("/a", mode::alone, [&](path_locks::hold) {
              if (alone.fetch_add(1) != 0)
                worst = 1;
              alone.fetch_sub(1);
              done.fetch_add(1);
            }))
          done.fetch_add(1);
    });
  for (auto& each : all)
    each.join();
  CHECK(worst == 0);
  CHECK(done == 2000);
}
