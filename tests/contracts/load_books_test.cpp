#include "tests/support/postgres.hpp"
#include "tools/load/asked_page.hpp"
#include "tools/load/book.hpp"
#include "tools/load/replay.hpp"
#include "tools/load/scan.hpp"
#include "tools/load/server_process.hpp"
#include "tools/load/target.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace stoa;
using namespace stoa::load;

namespace {

/// Two messages of alice in one room, numbered 11 and 12 there.
struct books {
  book all{"run", 1, [](book::number n) { return "text " + std::to_string(n); }};
  book::number first = all.wished(0, 0);
  book::number second = all.wished(0, 0);

  books() { all.begin_room(0, 10); }
  void keep(std::uint64_t seq, book::number message) {
    all.recorded(0, seq, message, "alice", "alice", all.text(message));
  }
  std::uint64_t breaches(const std::string& promise) {
    const auto found = all.breaches.find(promise);
    return found == all.breaches.end() ? 0 : found->second.count;
  }
  void finish(std::uint64_t last) {
    all.end_room(0, last);
    all.close();
  }
};

}  // namespace

TEST_CASE("an answer to a page that was asked for twice is read once") {
  asked_page page;
  CHECK_FALSE(page.is_answer("history-0"));
  page.ask(0);
  const auto first = page.reference();
  page.ask(0);  // the server is slow
  CHECK(page.is_answer(first));
  page.came();
  CHECK_FALSE(page.is_answer(first));
  page.ask(200);
  CHECK_FALSE(page.is_answer(first));
  CHECK(page.is_answer(page.reference()));
  CHECK(asked_page::is_reference(first));
  CHECK_FALSE(asked_page::is_reference("room:1"));
}

TEST_CASE_METHOD(books, "books that agree have no breach") {
  all.acked(first, 11);
  all.acked(second, 12);
  all.delivered(0, 11, first, true);
  all.delivered(0, 12, second, true);
  keep(11, first);
  keep(12, second);
  finish(12);
  CHECK(all.breaches.empty());
  CHECK(all.find(all.key_of(second)) == second);
  CHECK(all.find("other-1") == book::foreign);
  CHECK(all.find("run-7") == book::foreign);
}

TEST_CASE_METHOD(books, "an acknowledged message that history lacks is a breach") {
  all.acked(first, 11);
  all.acked(second, 12);
  keep(11, first);
  finish(11);
  CHECK(breaches("what is acknowledged is kept") == 1);
  CHECK(breaches("history is complete") == 1);
}

TEST_CASE_METHOD(books, "a message that is kept twice is a breach") {
  all.acked(first, 11);
  all.acked(second, 12);
  keep(11, first);
  keep(12, second);
  keep(13, second);
  finish(13);
  CHECK(breaches("a message is kept once") == 1);
  CHECK(breaches("an ack tells the number") == 1);
}

TEST_CASE_METHOD(books, "an unanswered, a changed and a refused message are breaches") {
  all.refused(second, "forbidden");
  all.recorded(0, 11, first, "alice", "alice", "text of somebody else");
  keep(12, second);
  finish(12);
  CHECK(breaches("every message is answered") == 1);
  CHECK(breaches("a message is kept as it was said") == 1);
  CHECK(breaches("what is refused is not kept") == 1);
}

TEST_CASE_METHOD(books, "two events under one number are a breach, and so is a hole") {
  all.acked(first, 11);
  all.acked(second, 12);
  all.acked(second, 13);
  all.delivered(0, 11, second, true);
  keep(11, first);
  keep(13, second);
  finish(13);
  CHECK(breaches("one event for a number") == 1);
  CHECK(breaches("one answer for a key") == 1);
  CHECK(breaches("history without a gap") == 1);
}

TEST_CASE_METHOD(books, "in a replay the order of messages counts") {
  all.in_order = true;
  keep(11, second);
  keep(12, first);
  CHECK(breaches("the order is kept") == 1);
}

TEST_CASE("what a client sees is next, twice, late or after a gap") {
  seen one;
  one.begin(5);
  CHECK(one.note(6) == seen::how::next);
  CHECK(one.note(6) == seen::how::twice);
  CHECK(one.note(5) == seen::how::twice);
  CHECK(one.note(10) == seen::how::skipping);
  CHECK(one.missing(10) == 3);
  CHECK(one.note(8) == seen::how::late);
  CHECK(one.note(8) == seen::how::twice);
  CHECK(one.missing(12) == 4);
  CHECK(one.note(7) == seen::how::late);
  CHECK(one.note(9) == seen::how::late);
  CHECK(one.missing(10) == 0);
}

TEST_CASE("a histogram is right within three percent") {
  histogram times;
  for (int i = 1; i <= 10'000; ++i)
    times.add(std::chrono::microseconds{i * 100});
  CHECK(times.at(0.5) == Approx(500).epsilon(0.035));
  CHECK(times.at(0.99) == Approx(990).epsilon(0.035));
  CHECK(times.most() == 1000);
  CHECK(histogram{}.at(0.5) == 0);
}

TEST_CASE("frames are read without a tree") {
  const std::string text =
      R"({"type":"event","seq":42,"by":{"id":"a \"}]","n":[1,{"x":"]"}]},"key":"r-1","data":{"text":"d\u00e9j\u00e0 \ud83d\ude00 \\ \"vu\"\n"}})";
  CHECK(inside(member_of(text, "type")) == "event");
  CHECK(number_of(member_of(text, "seq")) == 42);
  CHECK(inside(member_of(text, "key")) == "r-1");
  CHECK(member_of(text, "nothing").empty());
  CHECK(text_of(member_of(member_of(text, "data"), "text")) ==
        "d\u00e9j\u00e0 \U0001F600 \\ \"vu\"\n");
  int count = 0;
  for (items_of each{R"([{"a":1}, {"a":[2,3]} ,"x"])"}; each.next();)
    ++count;
  CHECK(count == 3);
  CHECK(member_of(R"({"a":"cut)", "a").empty());
}

TEST_CASE("only loopback is loaded, unless somebody insists") {
  CHECK(read_target("http://127.0.0.1:5000", false)->port == 5000);
  CHECK(read_target("http://localhost:81/", false)->address == "127.0.0.1");
  CHECK(read_target("http://192.0.2.1:5000", false).error().code == fault_code::forbidden);
  CHECK(read_target("http://192.0.2.1:5000", true));
  for (const auto* wrong : {"https://127.0.0.1", "127.0.0.1:1", "http://here:0", "http://1.2:x"})
    CHECK(read_target(wrong, true).error().code == fault_code::invalid);
}

TEST_CASE("a command line becomes words") {
  CHECK(words_of(R"( stoa  serve --data "/a b" --x='c d' '')") ==
        std::vector<std::string>{"stoa", "serve", "--data", "/a b", "--x=c d", ""});
}

TEST_CASE("a chat log becomes lines of authors") {
  testing::scratch_folder folder;
  const auto file = folder.path() / "log.txt";
  std::ofstream{file} << "[23:58] <ann> hello\n"
                         "=== bob [n=b@x] has joined #room\n"
                         "[23:59]  * bob waves\n"
                         "[23:59] <bob> caf\xe9 <b>\n"
                         "[00:01] <ann>   \n"
                         "[00:02] <ann> night\n";
  chat_log log;
  REQUIRE(log.read(file));
  CHECK(log.nicks == std::vector<std::string>{"ann", "bob"});
  REQUIRE(log.lines.size() == 4);
  CHECK(log.lines[0].text == "hello");
  CHECK(log.lines[1].author == 1);
  CHECK(log.lines[1].text == "* bob waves");
  CHECK(log.lines[2].text == "caf\xef\xbf\xbd <b>");
  CHECK(log.lines[3].minute == 4);
  CHECK(log.skipped == 2);
}
