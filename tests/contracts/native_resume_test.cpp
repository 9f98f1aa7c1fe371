#include "tests/contracts/native_stage.hpp"
#include "tests/support/intranet_walk.hpp"

using namespace stoa;
using namespace stoa::test;
using stoa::testing::ask_database;

TEST_CASE_METHOD(stage, "messages count as unread until they are read, on whatever connection",
                 "[db][net]") {
  post(lucas, "un");
  const auto second = post(lucas, "deux");
  const auto third = post(lucas, "trois");
  post(sophie, "moi");
  const auto standing = [&](const native_user& of) {
    const auto rooms = of.get("/api/v1/rooms?limit=500");
    const auto mine = listed(rooms);
    return numbers{mine["unread"].as_int64().value_or(-1), mine["readSeq"].as_int64().value_or(-1)};
  };
  CHECK(standing(sophie) == numbers{3, 0});
  CHECK(standing(lucas) == numbers{1, 0});
  const auto read = [&](kept_socket& by, std::int64_t seq) {
    by.say(fmt::format(R"({{"type":"read","stream":"{}","seq":{}}})", here, seq));
  };
  {
    kept_socket phone{sophie, all};
    kept_socket laptop{sophie, all};
    for (auto* each : {&phone, &laptop}) {
      each->subscribe(here);
      (void)each->hear(is("subscribed", here));
    }
    read(phone, second);
    for (auto* each : {&phone, &laptop}) {
      const auto told = each->hear(is("signal", here, "read"));
      CHECK(word(told, "data.seq") == std::to_string(second));
      CHECK(word(told, "by.id") == "user-sophie");
    }
    CHECK(standing(sophie) == numbers{1, second});
    CHECK(standing(lucas) == numbers{1, 0});
    // A mark never goes back; what is told next is about the next one.
    read(laptop, 1);
    read(laptop, third);
    CHECK(word(phone.hear(is("signal", here, "read")), "data.seq") == std::to_string(third));
    CHECK(standing(sophie) == numbers{0, third});
  }
  const auto fifth = post(lucas, "cinq");
  CHECK(standing(sophie) == numbers{1, third});
  kept_socket again{sophie, all};
  again.subscribe(here, third);
  CHECK(numbers_of(again.hear(is("events", here))) == numbers{third + 1, fifth});
  // Nobody has read what has not been said.
  read(again, fifth + 1000);
  CHECK(word(again.hear(is("signal", here, "read")), "data.seq") == std::to_string(fifth));
  CHECK(standing(sophie) == numbers{0, fifth});
  const auto shown = lucas.get(address);
  for (auto each : shown["members"].items())
    CHECK(each["readSeq"].as_int64() == (each["id"].as_string() == "user-sophie" ? fifth : 0));

  kept_socket outside{marie, all};
  outside.say(R"({"type":"read","ref":"m","stream":")" + here + R"(","seq":1})");
  const auto refused = outside.hear(is("refused"));
  CHECK(word(refused, "ref") == "m");
  CHECK(word(refused, "code") == "not_found");
  const auto wrong = complaints("read");
  INFO(wrong);
  CHECK(wrong.empty());
}

TEST_CASE_METHOD(stage, "history is paged both ways, and keeps what was edited, not what is gone",
                 "[db][net]") {
  kept_socket socket{sophie, all};
  strings ids;
  for (int i = 1; i <= 7; ++i)
    ids.push_back(word(wish(socket, "post", fmt::format(R"("text":"m{}")", i)), "id"));
  wish(socket, "edit", fmt::format(R"("message":"{}","text":"neuf")", ids[1]));
  wish(socket, "edit", fmt::format(R"("message":"{}","text":"secret")", ids[2]));
  wish(socket, "delete", fmt::format(R"("message":"{}")", ids[2]));

  int asked = 0;
  const auto page = [&](const std::string& which) {
    const auto ref = fmt::format("page-{}", ++asked);
    socket.say(
        fmt::format(R"({{"type":"history","stream":"{}","ref":"{}",{}}})", here, ref, which));
    auto out = socket.hear(is("history", here));
    CHECK(word(out, "ref") == ref);
    CHECK(number(out, "last") == 10);
    return out;
  };
  CHECK(numbers_of(page(R"("limit":3)")) == numbers{8, 9, 10});
  CHECK(numbers_of(page(R"("before":8,"limit":3)")) == numbers{5, 6, 7});
  CHECK(numbers_of(page(R"("before":2,"limit":3)")) == numbers{1});
  CHECK(numbers_of(page(R"("before":1)")).empty());
  CHECK(numbers_of(page(R"("after":6,"limit":3)")) == numbers{7, 8, 9});
  CHECK(numbers_of(page(R"("after":9,"limit":3)")) == numbers{10});
  CHECK(numbers_of(page(R"("after":10)")).empty());

  const auto all_of_it = page(R"("after":0,"limit":200)");
  REQUIRE(numbers_of(all_of_it).size() == 10);
  const auto data = [&](int seq) {
    return word(all_of_it, fmt::format("events.{}.data", seq - 1));
  };
  CHECK(word(*json::parse(data(2)), "text") == "m2");
  CHECK(word(*json::parse(data(8)), "text") == "neuf");
  for (const int seq : {3, 9}) {
    CHECK(word(*json::parse(data(seq)), "id") == ids[2]);
    CHECK(word(*json::parse(data(seq)), "deleted") == "true");
  }
  CHECK(all_of_it->text().find("secret") == std::string::npos);
  const auto over_rest = sophie.get(address + "/messages?after=0&limit=200");
  CHECK(over_rest["events"].text() == all_of_it.root()["events"].text());
  const auto wrong = complaints("history");
  INFO(wrong);
  CHECK(wrong.empty());
}

TEST_CASE_METHOD(stage, "a mention and its notification are one transaction", "[db][net]") {
  kept_socket socket{lucas, all};
  const auto done = wish(socket, "post", R"("text":"Sophie ?","mentions":["user-sophie"])");
  const auto found =
      ask_database("est-demo-academy",
                   prepared("select m.xmin = n.xmin, n.user_id from messages m join notifications n"
                            " on n.data->>'messageId' = m.id where m.id = $1",
                            word(done, "id")));
  REQUIRE(found.size() == 1);
  CHECK(found.flag(0, 0));
  CHECK(found.text(0, 1) == "user-sophie");
}

TEST_CASE_METHOD(stage, "a follower whose stream changed hands comes back and misses nothing",
                 "[db][net]") {
  kept_socket socket{sophie, all};
  socket.subscribe(here);
  CHECK(number(socket.hear(is("subscribed", here)), "last") == 0);
  // Somebody else, another node for one, has had the stream meanwhile.
  constexpr std::int64_t written = 2'300;
  ask_database(
      "est-demo-academy",
      prepared("insert into stream_events"
               " (stream, seq, establishment_id, kind, author_id, subject, data, created_at)"
               " select $1, n, 'est-demo-academy', 'message', 'user-lucas', 'm' || n,"
               " jsonb_build_object('id', 'm' || n, 'type', 'text', 'text', 'x'), now()"
               " from generate_series(1, $2::int) n",
               here, written));
  const auto late =
      R"({"type":"post","stream":")" + here + R"(","key":")" + room + R"(-late","text":"enfin"})";
  socket.say(late);
  CHECK(word(socket.hear(is("refused")), "code") == "unavailable");
  (void)socket.hear(is("gap", here));

  numbers seen;
  std::int64_t reached = 0;
  int batches = 0;
  for (bool live = false; !live; ++batches) {
    socket.subscribe(here, reached);
    const auto batch = socket.hear(is("subscribed", here));
    CHECK(number(batch, "from") == reached);
    CHECK(number(batch, "last") == written);
    reached = number(batch, "to");
    while (seen.empty() || seen.back() < reached) {
      const auto next = numbers_of(socket.hear(is("events", here)));
      REQUIRE_FALSE(next.empty());
      seen.insert(seen.end(), next.begin(), next.end());
    }
    live = batch.root()["live"].as_bool().value_or(false);
  }
  CHECK(batches == 3);
  REQUIRE(seen.size() == static_cast<std::size_t>(written));
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (seen[i] != static_cast<std::int64_t>(i + 1))
      FAIL("number " << i + 1 << " is missing");
  socket.say(late);
  CHECK(number(socket.hear(is("event", here, "message")), "seq") == written + 1);
  CHECK(number(socket.hear(is("ack")), "seq") == written + 1);
  const auto wrong = complaints("gap");
  INFO(wrong);
  CHECK(wrong.empty());
}

TEST_CASE_METHOD(stage, "a number that does not exist is answered with reload on every stream",
                 "[db][net]") {
  const club with{*this};
  post(lucas, "un");
  kept_socket socket{sophie, all};
  for (const auto& each : {here, "room:" + with.id, "group:" + with.id, "board:" + with.board,
                           std::string{"notifications:me"}}) {
    INFO(each);
    socket.subscribe(each);
    const auto last = number(socket.hear(is("subscribed", each)), "last");
    socket.subscribe(each, last + 1);
    const auto reload = socket.hear(is("reload", each));
    CHECK(number(reload, "from") == last + 1);
    CHECK(number(reload, "last") == last);
    socket.subscribe(each, last);
    CHECK(number(socket.hear(is("subscribed", each)), "to") == last);
  }
  const auto wrong = complaints("reload");
  INFO(wrong);
  CHECK(wrong.empty());
}
