#include "actors/core/audience.hpp"
#include "net/compress.hpp"
#include "tests/net/support.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::test;
using namespace std::chrono_literals;

namespace {

raw_client opened(served& s, std::string_view more = {}, int receive_buffer = 0) {
  raw_client c{s.port, receive_buffer};
  std::size_t before = s.people.sockets.size();
  REQUIRE(c.upgrade("/ws", more).status == 101);
  REQUIRE(until([&] {
    auto last = s.people.last();
    return s.people.sockets.size() == before + 1 && last->box() != nullptr;
  }));
  return c;
}

}  // namespace

TEST_CASE("a WebSocket opens, talks and closes", "[net]") {
  served s;
  raw_client c{s.port};
  auto x = c.upgrade("/ws", "Sec-WebSocket-Protocol: chat\r\n");
  CHECK(x.status == 101);
  CHECK(x.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  CHECK(x.header("Sec-WebSocket-Protocol") == "chat");
  CHECK(x.header("Sec-WebSocket-Extensions").empty());
  c.send_text("bonjour");
  c.send_text(std::string(60'000, 'b'));
  auto who = s.people.last();
  CHECK(until([&] { return who->heard() == 2; }));
  CHECK(who->texts[0] == "bonjour");
  CHECK(who->texts[1] == std::string(60'000, 'b'));
  CHECK(who->box()->push(frame{"salut"}));
  CHECK(c.read_frame().payload == "salut");
  c.send_frame(0x88, "\x03\xe8");
  auto bye = c.read_frame();
  CHECK(bye.opcode == 8);
  CHECK(bye.code() == 1000);
  CHECK(until([&] { return who->closed_with() == 1000; }));
  CHECK(c.read_frame().opcode == -1);
  CHECK(until([&] { return s.edge->counters().open == 1 || s.edge->counters().open == 0; }));
}

TEST_CASE("upgrades are refused with an ordinary answer", "[net]") {
  served s;
  CHECK(raw_client{s.port}.upgrade("/elsewhere").status == 403);
  auto ask = [&](std::string_view version, std::string_view key) {
    return raw_client{s.port}.ask(
        "GET /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: " +
        std::string{version} + "\r\nSec-WebSocket-Key: " + std::string{key} + "\r\n\r\n");
  };
  auto x = ask("12", "dGhlIHNhbXBsZSBub25jZQ==");
  CHECK(x.status == 426);
  CHECK(x.header("Sec-WebSocket-Version") == "13");
  CHECK(ask("13", "short").status == 400);
  CHECK(raw_client{s.port}
            .ask("POST /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 "Content-Length: 1\r\n\r\nx")
            .status == 400);
  // Without "Connection: upgrade" it is an ordinary request.
  CHECK(raw_client{s.port}
            .ask("GET /hello HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n\r\n")
            .status == 200);
}

TEST_CASE("frames sent right behind the handshake are heard", "[net]") {
  served s;
  raw_client c{s.port};
  std::string frame{"\x81\x82\x00\x00\x00\x00hi", 8};
  c.send(
      "GET /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      frame);
  CHECK(c.read().status == 101);
  CHECK(until([&] { return s.people.last() && s.people.last()->heard() == 1; }));
  CHECK(s.people.last()->texts[0] == "hi");
}

TEST_CASE("fragments make one message and pings are answered between them", "[net]") {
  served s;
  auto c = opened(s);
  c.send_frame(0x01, "one ");
  c.send_frame(0x89, "ping!");
  c.send_frame(0x00, "two ");
  c.send_frame(0x80, "three");
  auto pong = c.read_frame();
  CHECK(pong.opcode == 10);
  CHECK(pong.payload == "ping!");
  CHECK(until([&] { return s.people.last()->heard() == 1; }));
  CHECK(s.people.last()->texts[0] == "one two three");
}

TEST_CASE("frames that make no sense close with the fitting code", "[net]") {
  served s{[](auto& o, auto&) { o.limits.message = 1000; }};
  auto c = opened(s);
  auto who = s.people.last();
  int expected = 0;
  SECTION("bad UTF-8") {
    c.send_text("\xc3\x28");
    expected = 1007;
  }
  SECTION("half a character at the end") {
    c.send_text("\xe2\x82");
    expected = 1007;
  }
  SECTION("a frame above the limit") {
    c.send_text(std::string(1001, 'x'));
    expected = 1009;
  }
  SECTION("a message above the limit") {
    c.send_frame(0x01, std::string(900, 'x'));
    c.send_frame(0x80, std::string(900, 'x'));
    expected = 1009;
  }
  SECTION("a frame that claims to be enormous") {
    c.send(std::string{"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 14});
    expected = 1009;
  }
  SECTION("an unmasked frame") {
    c.send(std::string{"\x81\x01x", 3});
    expected = 1002;
  }
  SECTION("reserved bits") {
    c.send_frame(0xf1, "x");
    expected = 1002;
  }
  SECTION("a reserved opcode") {
    c.send_frame(0x83, "x");
    expected = 1002;
  }
  SECTION("a continuation of nothing") {
    c.send_frame(0x80, "x");
    expected = 1002;
  }
  SECTION("binary") {
    c.send_frame(0x82, "x");
    expected = 1003;
  }
  auto bye = c.read_frame();
  CHECK(bye.opcode == 8);
  CHECK(bye.code() == expected);
  c.half_close();
  CHECK(until([&] { return who->closed_with() == expected; }));
  CHECK(who->heard() == 0);
  CHECK(until([&] { return s.edge->counters().open == 0; }));
}

TEST_CASE("a client that vanishes is 1006", "[net]") {
  served s;
  auto c = opened(s);
  auto who = s.people.last();
  auto box = who->box();
  c.reset();
  CHECK(until([&] { return who->closed_with() == 1006; }));
  CHECK_FALSE(box->push(frame{"too late"}));
  CHECK(until([&] { return s.edge->counters().sockets == 0; }));
}

TEST_CASE("a silent client is pinged, and dropped when it stays silent", "[net]") {
  served s{[](auto& o, auto&) {
    o.limits.ping_every = 100ms;
    o.limits.silence = 500ms;
  }};
  auto c = opened(s);
  auto who = s.people.last();
  for (int i = 0; i < 8; ++i) {  // answering keeps it alive beyond the limit
    REQUIRE(c.read_frame().opcode == 9);
    c.send_frame(0x8a, "");
  }
  CHECK(who->closed_with() == 0);
  CHECK(until([&] { return who->closed_with() == 1006; }));
}

TEST_CASE("the server closes with code and reason behind what is queued", "[net]") {
  served s;
  auto c = opened(s);
  auto who = s.people.last();
  auto box = who->box();
  for (int i = 0; i < 20; ++i)
    box->push(frame{std::to_string(i)});
  box->close(close_code::session_ended, "signed out");
  CHECK_FALSE(box->push(frame{"never"}));
  for (int i = 0; i < 20; ++i)
    REQUIRE(c.read_frame().payload == std::to_string(i));
  auto bye = c.read_frame();
  CHECK(bye.code() == 4401);
  CHECK(bye.payload.substr(2) == "signed out");
  c.send_frame(0x88, bye.payload);
  CHECK(c.read_frame().opcode == -1);
  CHECK(until([&] { return who->closed_with() == 4401; }));
}

TEST_CASE("a client that does not answer a close is cut off", "[net]") {
  served s;
  auto c = opened(s);
  auto who = s.people.last();
  who->box()->close(close_code::policy, "enough");
  CHECK(until([&] { return who->closed_with() == 1008; }));
  CHECK(until([&] { return s.edge->counters().open == 0; }));
}

TEST_CASE("a slow reader loses what can be lost, then its connection, alone", "[net]") {
  served s{[](auto& o, auto&) {
    o.limits.outbox_frames = 64;
    o.limits.outbox_bytes = 256 * 1024;
    o.limits.closing = 5s;
  }};
  auto slow = opened(s, {}, 4096);
  auto slow_who = s.people.last();
  auto slow_box = slow_who->box();
  auto quick = opened(s);
  auto quick_who = s.people.last();
  const frame big{std::string(64 * 1024, 'x')};
  int sent = 0;
  auto skipped = false;
  while (slow_box->push(big)) {
    ++sent;
    skipped = skipped || !slow_box->push(frame{"typing"}, urgency::ephemeral);
    REQUIRE(quick_who->box()->push(frame{"still here"}));
    REQUIRE(quick.read_frame().payload == "still here");
    REQUIRE(sent < 1000);
  }
  CHECK(skipped);
  CHECK(s.edge->counters().skipped >= 1);
  CHECK(s.edge->counters().overrun == 1);
  CHECK(quick_who->box()->push(frame{"and still"}));
  CHECK(quick.read_frame().payload == "and still");
  wire_frame last;
  do
    last = slow.read_frame();
  while (last.opcode == 1);
  CHECK(last.opcode == 8);
  CHECK(last.code() == 1013);
  CHECK(quick_who->closed_with() == 0);
  slow.half_close();
  CHECK(until([&] { return slow_who->closed_with() == 1013; }));
}

TEST_CASE("many frames to many sockets take few system calls", "[net]") {
  served s;
  std::vector<raw_client> clients;
  audience all;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(opened(s));
    all.add(s.people.last()->box());
  }
  CHECK(all.size() == 20);
  auto leaver = s.people.last()->box();
  auto before = s.edge->counters();
  // Both loops are held up, so that all jobs of one are one batch.
  auto lanes = s.edge->lanes();
  std::atomic<int> held{0};
  std::atomic<bool> go{false};
  for (auto& x : lanes)
    x->post([&] {
      ++held;
      while (!go)
        std::this_thread::yield();
    });
  REQUIRE(until([&] { return held == 2; }));
  for (int i = 0; i < 100; ++i)
    all.send(frame{"event " + std::to_string(i)});
  all.remove(leaver);
  all.send(frame{"last"}, urgency::durable, s.people.sockets.front()->box());
  go = true;
  for (std::size_t who = 0; who < clients.size(); ++who) {
    for (int i = 0; i < 100; ++i)
      REQUIRE(clients[who].read_frame().payload == "event " + std::to_string(i));
    if (who != 0 && who != clients.size() - 1)
      REQUIRE(clients[who].read_frame().payload == "last");
  }
  auto after = s.edge->counters();
  CHECK(until([&] { return s.edge->counters().frames - before.frames == 20 * 100 + 18; }));
  CHECK(after.writes - before.writes <= 20 * 5);
}

TEST_CASE("messages are compressed once for all who asked for it", "[net]") {
  served s{[](auto&, auto& where) { where.deflate = true; }};
  raw_client packed{s.port};
  auto x = packed.upgrade(
      "/ws", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
  REQUIRE(x.status == 101);
  auto agreed = x.header("Sec-WebSocket-Extensions");
  CHECK(agreed.find("server_no_context_takeover") != std::string::npos);
  CHECK(agreed.find("client_no_context_takeover") != std::string::npos);
  REQUIRE(until([&] { return s.people.last() && s.people.last()->box(); }));
  auto first = s.people.last();
  auto plain = opened(s);
  auto second = s.people.last();
  std::string text;
  for (int i = 0; i < 500; ++i)
    text += R"({"type":"message","seq":)" + std::to_string(i) + "}";
  const frame big{text};
  CHECK(first->box()->push(big));
  CHECK(second->box()->push(big));
  auto a = packed.read_frame();
  CHECK(a.packed);
  CHECK(a.payload.size() < text.size() / 4);
  CHECK(inflate_message(a.payload) == text);
  auto b = plain.read_frame();
  CHECK_FALSE(b.packed);
  CHECK(b.payload == text);
  CHECK(first->box()->push(frame{"small"}));
  CHECK_FALSE(packed.read_frame().packed);
  // And the other way: two compressed messages, each on its own, in the small window that was
  // agreed; a client that does not let us choose uses the full one.
  CHECK(agreed.find("client_max_window_bits=10") != std::string::npos);
  auto unbound = opened(s, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  auto third = s.people.last();
  for (std::size_t i = 1; i <= 2; ++i) {
    packed.send_frame(0xc1, pack_message(text, 10));
    REQUIRE(until([&] { return first->heard() == i; }));
    CHECK(first->texts.back() == text);
    unbound.send_frame(0xc1, deflate_message(text));
    REQUIRE(until([&] { return third->heard() == i; }));
    CHECK(third->texts.back() == text);
  }
}

TEST_CASE("a compressed bomb stops at the message limit", "[net]") {
  served s{[](auto& o, auto& where) {
    where.deflate = true;
    o.limits.message = 10'000;
  }};
  auto c = opened(s, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  c.send_frame(0xc1, deflate_message(std::string(5'000'000, 'a')));
  CHECK(c.read_frame().code() == 1009);
}

TEST_CASE("an event stream names, numbers and resumes", "[net]") {
  served s{[](auto& o, auto&) { o.limits.heartbeat = 200ms; }};
  raw_client c{s.port};
  c.send("GET /events HTTP/1.1\r\nHost: here\r\nLast-Event-ID: 41\r\n\r\n");
  auto x = c.read();
  CHECK(x.status == 200);
  CHECK(x.header("Content-Type") == "text/event-stream; charset=utf-8");
  REQUIRE(until([&] { return s.people.last() && s.people.last()->box(); }));
  auto who = s.people.last();
  CHECK(who->texts[0] == "41");
  who->box()->push(frame{"one\ntwo", "news", "42"});
  CHECK(c.read_through("\n\n") == "id: 42\nevent: news\ndata: one\ndata: two\n\n");
  who->box()->push(frame{"x\r\ny", "a\nid: 9", ""});
  CHECK(c.read_through("\n\n") == "event: a id: 9\ndata: x\ndata: y\n\n");
  CHECK(c.read_through("\n\n") == ":\n\n");
  SECTION("the server ends it") {
    auto box = who->box();
    box->push(frame{"bye"});
    box->close(close_code::restart, "");
    CHECK(c.read_to_end().ends_with("data: bye\n\n"));
    CHECK(until([&] { return who->closed_with() == 1012; }));
  }
  SECTION("the client ends it") {
    c.reset();
    CHECK(until([&] { return who->closed_with() == 1006; }));
  }
  CHECK(until([&] { return s.edge->counters().open == 0; }));
}

TEST_CASE("draining closes sockets with a code that means resume", "[net]") {
  served s;
  auto c = opened(s);
  auto who = s.people.last();
  std::thread stopping{[&] { s.edge->stop(10s); }};
  auto bye = c.read_frame();
  CHECK(bye.opcode == 8);
  CHECK(bye.code() == 1012);
  c.send_frame(0x88, bye.payload);
  CHECK(c.read_frame().opcode == -1);
  c.half_close();
  stopping.join();
  CHECK(who->closed_with() == 1012);
}

TEST_CASE("the outbox of a stopped server may outlive it", "[net]") {
  outbox_ptr box;
  {
    served s;
    auto c = opened(s);
    box = s.people.last()->box();
    s.edge->stop(0s);
    CHECK_FALSE(box->push(frame{"x"}));
  }
  CHECK_FALSE(box->push(frame{"y"}));
  box->close(close_code::normal, "");
  CHECK(box->lane() != nullptr);
}
