#include "tests/contracts/native_stage.hpp"
#include "tests/support/intrasphere.hpp"

#include <map>

using namespace stoa;
using namespace stoa::test;
using namespace std::chrono_literals;

namespace {

// -- steps of the long conversation -----------------------------------------------------

void talk(stage& on, kept_socket& sophie, kept_socket& lucas) {
  const auto first = on.wish(sophie, "post", R"("ref":"r1","text":"Bonjour")");
  CHECK(word(first, "ref") == "r1");
  const auto own = sophie.hear(is("event", on.here, "message"));
  CHECK(number(own, "seq") == number(first, "seq"));
  CHECK(word(own, "key") == word(first, "key"));
  CHECK(word(own, "by.id") == "user-sophie");
  CHECK(word(own, "data.text") == "Bonjour");

  const auto id = word(first, "id");
  const auto reply = on.wish(
      lucas, "post",
      fmt::format(R"("text":"Sophie, ici","messageType":"link","metadata":{{"url":"x"}},)"
                  R"("replyTo":"{0}","thread":"{0}","mentions":["user-sophie","user-claire"])",
                  id));
  const auto told = sophie.hear(is("event", on.here, "message"));
  CHECK(word(told, "data.id") == word(reply, "id"));
  CHECK(word(told, "data.type") == "link");
  CHECK(word(told, "data.metadata.url") == "x");
  CHECK(word(told, "data.replyTo") == id);
  CHECK(word(told, "data.thread") == id);
  CHECK(word(told, "data.mentions") == R"(["user-sophie"])");
  const auto note = sophie.hear(is("event", "notifications:me", "notification"));
  CHECK(word(note, "data.message") == "Sophie, ici");
  CHECK(word(note, "data.data.messageId") == word(reply, "id"));

  const auto about = fmt::format(R"("message":"{}")", word(reply, "id"));
  on.wish(lucas, "edit", about + R"(,"text":"Sophie, ici !")");
  CHECK(word(sophie.hear(is("event", on.here, "edit")), "data.text") == "Sophie, ici !");
  on.wish(sophie, "react", about + R"(,"emoji":"👍")");
  CHECK(word(lucas.hear(is("event", on.here, "react")), "data.emoji") == "👍");
  on.wish(sophie, "unreact", about + R"(,"emoji":"👍")");
  CHECK(word(lucas.hear(is("event", on.here, "unreact")), "data.id") == word(reply, "id"));
  on.wish(lucas, "delete", about);
  CHECK(word(sophie.hear(is("event", on.here, "delete")), "data.id") == word(reply, "id"));
}

void pass_by(stage& on, kept_socket& sophie, kept_socket& lucas) {
  lucas.say(R"({"type":"typing","stream":")" + on.here + "\"}");
  const auto typing = sophie.hear(is("signal", on.here, "typing"));
  CHECK(word(typing, "data.typing") == "true");
  CHECK(word(typing, "by.id") == "user-lucas");
  lucas.say(R"({"type":"typing","stream":")" + on.here + R"(","typing":false})");
  CHECK(word(sophie.hear(is("signal", on.here, "typing")), "data.typing") == "false");
  lucas.say(R"({"type":"signal","stream":")" + on.here + R"(","kind":"cursor","data":{"x":1}})");
  CHECK(word(sophie.hear(is("signal", on.here, "cursor")), "data.x") == "1");
  lucas.say(R"({"type":"read","stream":")" + on.here + R"(","seq":2})");
  CHECK(word(sophie.hear(is("signal", on.here, "read")), "data.seq") == "2");
  sophie.say(R"({"type":"ping","ref":"p"})");
  CHECK(word(sophie.hear(is("pong")), "ref") == "p");
}

void come_and_go(stage& on, kept_socket& sophie) {
  const auto done = [&](std::string_view method, const std::string& path,
                        std::string_view body = {}) {
    const auto answer = on.sophie.call(method, on.address + path, body);
    INFO(answer.body);
    REQUIRE(answer.status / 100 == 2);
  };
  done("POST", "/members", R"({"user":"user-marie"})");
  done("PATCH", "/members/user-marie", R"({"role":"moderator"})");
  done("DELETE", "/members/user-marie");
  done("PATCH", "", R"({"archived":true})");
  done("PATCH", "", R"({"archived":false})");
  for (const auto* kind : {"join", "role", "leave"})
    CHECK(word(sophie.hear(is("event", on.here, kind)), "data.user.id") == "user-marie");
  (void)sophie.hear(is("event", on.here, "archive"));
  (void)sophie.hear(is("event", on.here, "reopen"));
}

void study(stage& on, kept_socket& sophie, const club& with) {
  const auto group = "/api/study-groups/" + with.id;
  const auto chat = "room:" + with.id;
  const auto board = "board:" + with.board;
  REQUIRE(on.marie
              .call("PUT", group,
                    R"({"description":"x","tags":["a"],"maxMembers":30,"isPublic":false,)"
                    R"("scheduledDate":"2027-01-05T09:00:00.000Z","meetingUrl":"https://x.org/",)"
                    R"("settings":{"allowPolls":false}})")
              .status == 200);
  CHECK(word(sophie.hear(is("event", "group:" + with.id, "update")), "data.maxMembers") == "30");
  const auto second = with.made_board(on);
  CHECK(word(sophie.hear(is("event", "group:" + with.id, "board")), "data.id") == second);

  for (const auto* op : {R"({"op":"set","id":"a","value":[1]})", R"({"op":"remove","id":"a"})",
                         R"({"op":"clear"})"}) {
    on.wish(sophie, "op", std::string{R"("data":)"} + op, board);
    CHECK(word(sophie.hear(is("event", board, "op")), "data.op") == word(*json::parse(op), "op"));
  }
  REQUIRE(on.marie
              .call("PATCH", "/api/study-groups/whiteboards/" + with.board,
                    R"({"data":{"elements":{}},"title":"Neuf","isActive":true})")
              .status == 200);
  CHECK(word(sophie.hear(is("event", board, "replace")), "data.title") == "Neuf");
  CHECK(word(sophie.hear(is("signal", chat, "whiteboard_update")), "data.whiteboardId") ==
        with.board);
  {
    testing::ws_client page{testing::as("marie"), "/ws"};
    page.say(R"({"type":"join_group","studyGroupId":")" + with.id + "\"}");
    CHECK(word(sophie.hear(is("signal", chat, "user_joined")), "by.id") == "user-marie");
  }
  CHECK(word(sophie.hear(is("signal", chat, "user_left")), "by.id") == "user-marie");
}

void look_back(stage& on, kept_socket& sophie, kept_socket& lucas) {
  sophie.say(R"({"type":"history","stream":")" + on.here + R"(","limit":3,"ref":"h"})");
  const auto page = sophie.hear(is("history", on.here));
  CHECK(word(page, "ref") == "h");
  const auto last = number(page, "last");
  CHECK(numbers_of(page) == numbers{last - 2, last - 1, last});

  lucas.say(R"({"type":"unsubscribe","streams":[")" + on.here + "\"]}");
  lucas.subscribe(on.here, last + 1);
  CHECK(number(lucas.hear(is("reload", on.here)), "last") == last);
  lucas.subscribe(on.here, last - 2);
  const auto back = lucas.hear(is("subscribed", on.here));
  CHECK(number(back, "from") == last - 2);
  CHECK(number(back, "to") == last);
  CHECK(back.root()["live"].as_bool() == true);
  CHECK(numbers_of(lucas.hear(is("events", on.here))) == numbers{last - 1, last});
}

// On one socket a heartbeat comes behind everything that it counts.
void check_heartbeats(const strings& heard, const strings& streams) {
  std::map<std::string, std::int64_t> newest;
  std::map<std::string, int> beats;
  for (const auto& each : heard) {
    const auto frame = *json::parse(each);
    const auto type = word(frame, "type");
    const auto stream = word(frame, "stream");
    auto& last = newest[stream];
    if (type == "subscribed")
      last = number(frame, "last");
    else if (type == "event")
      last = number(frame, "seq");
    else if (stream == "presence" && type == "signal")
      last = frame.root()["data"]["version"].as_int64().value_or(-1);
    else if (type == "heartbeat") {
      INFO(each);
      CHECK(number(frame, "last") == last);
      CHECK(last > 0);
      ++beats[stream];
    }
  }
  for (const auto& each : streams) {
    INFO(each);
    CHECK(beats[each] > 0);
  }
}

}  // namespace

TEST_CASE_METHOD(stage, "every frame and every kind of event is as /asyncapi.json says",
                 "[db][net][slow]") {
  const club with{*this};
  const strings streams{
      here,      "room:" + with.id, "group:" + with.id, "board:" + with.board, "notifications:me",
      "presence"};
  record other;
  kept_socket listening{sophie, all};
  kept_socket answering{lucas, other};
  std::string names;
  for (const auto& each : streams)
    names += fmt::format(R"({}"{}")", names.empty() ? "" : ",", each);
  listening.say(R"({"type":"subscribe","streams":[)" + names + "]}");
  for (const auto& each : streams)
    CHECK(word(listening.hear(is("subscribed", each)), "live") == "true");
  (void)listening.hear(is("signal", "presence", "presence"));
  answering.subscribe(here);
  (void)answering.hear(is("subscribed", here));

  talk(*this, listening, answering);
  pass_by(*this, listening, answering);
  come_and_go(*this, listening);
  study(*this, listening, with);
  look_back(*this, listening, answering);

  // Whoever is taken out hears that nothing more comes, and is refused from then on.
  REQUIRE(sophie.call("DELETE", address + "/members/user-lucas").status == 200);
  (void)answering.hear(is("gap", here));
  answering.say(R"({"type":"post","stream":")" + here + R"(","key":"late","text":"encore"})");
  const auto refused = answering.hear(is("refused"));
  CHECK(word(refused, "ref") == "late");
  CHECK(word(refused, "code") == "not_found");

  listening.wait_for(40s);
  for (const auto& each : streams)
    (void)listening.hear(is("heartbeat", each));
  check_heartbeats(all.server, streams);

  REQUIRE(marie.call("DELETE", "/api/study-groups/" + with.id).status == 200);
  (void)listening.hear(is("event", "group:" + with.id, "archive"));

  all.client.insert(all.client.end(), other.client.begin(), other.client.end());
  all.server.insert(all.server.end(), other.server.begin(), other.server.end());
  const auto wrong = complaints("all", extent::complete);
  INFO(wrong);
  CHECK(wrong.empty());
}

TEST_CASE_METHOD(stage, "what no schema allows is refused, and the socket goes on", "[db][net]") {
  kept_socket socket{sophie, all};
  const auto refusal = [&] {
    const auto frame = socket.hear(is("refused"));
    return word(frame, "ref") + ' ' + word(frame, "code");
  };
  for (const auto* text :
       {"nonsense", "", "{", R"({"type":"ping"} {})", R"({"type":"a","type":"b"})"}) {
    INFO(text);
    socket.babble(text);
    CHECK(refusal() == " invalid");
  }
  const auto in_room = [&](const std::string& type, const std::string& more) {
    return fmt::format(R"({{"type":"{}","ref":"r","stream":"{}"{}}})", type, here, more);
  };
  std::string many;
  for (int i = 0; i <= 50; ++i)
    many += fmt::format(R"({}"u{}")", i == 0 ? "" : ",", i);
  const std::pair<std::string, const char*> all_wrong[] = {
      {R"({"ref":"r"})", "r invalid"},
      {R"({"type":5,"ref":"r"})", "r invalid"},
      {in_room("shout", ""), "r invalid"},
      {in_room("post", ""), "r invalid"},
      {in_room("post", R"(,"text":"")"), "r invalid"},
      {in_room("post", R"(,"text":")" + std::string(10'001, 'x') + "\""), "r invalid"},
      {in_room("post", R"(,"text":"x","messageType":"song")"), "r invalid"},
      {in_room("post", R"(,"text":"x","metadata":[])"), "r invalid"},
      {in_room("post", R"(,"text":"x","replyTo":5)"), "r invalid"},
      {in_room("post", R"(,"text":"x","thread":")" + std::string(65, 'x') + "\""), "r invalid"},
      {in_room("post", R"(,"text":"x","mentions":[)" + many + "]"), "r invalid"},
      {R"({"type":"post","ref":"r","stream":"board:b","text":"x"})", "r invalid"},
      {R"({"type":"read","ref":"r","stream":"group:g","seq":1})", "r invalid"},
      {in_room("read", R"(,"seq":-1)"), "r invalid"},
      {in_room("op", R"(,"data":{"op":"clear"})"), "r invalid"},
      {in_room("signal", R"(,"kind":"typing")"), "r invalid"},
      {in_room("signal", ""), "r invalid"},
      {in_room("history", R"(,"before":"soon")"), "r invalid"},
      {R"({"type":"history","ref":"r","stream":"presence"})", "r invalid"},
      {R"({"type":"history","ref":"r","stream":"nowhere"})", "r not_found"},
      {R"({"type":"subscribe","ref":"r","streams":[]})", "r invalid"},
      {R"({"type":"subscribe","ref":"r"})", "r invalid"},
      {R"({"type":"subscribe","streams":["nowhere"]})", "nowhere not_found"},
      {R"({"type":"subscribe","streams":[{"stream":"presence","after":-1}]})", "presence invalid"},
      {R"({"type":"unsubscribe","ref":"r"})", "r invalid"},
  };
  for (const auto& [text, expected] : all_wrong) {
    INFO(text.substr(0, 200));
    socket.say_wrongly(text);
    CHECK(refusal() == expected);
  }
  const auto long_key = std::string(129, 'k');
  socket.say_wrongly(in_room("post", R"(,"text":"x","key":")" + long_key + "\""));
  CHECK(refusal() == long_key + " invalid");
  const auto wrong = complaints("refused");
  INFO(wrong);
  CHECK(wrong.empty());
}

TEST_CASE("who sends far too many frames is refused first and let go then", "[db][net]") {
  raw_client wire{native_node().sites().at(0).port};
  REQUIRE(wire.upgrade("/realtime",
                       "Sec-WebSocket-Protocol: stoa.v1\r\n" + demo_user("user-paul").cookie())
              .status == 101);
  CHECK(wire.read_frame().payload.find("welcome") != std::string::npos);
  constexpr int at_once = 100;
  std::map<std::string, int> answers;
  int code = 0;
  for (int round = 0; round < 200 && code == 0; ++round) {
    for (int i = 0; i < at_once; ++i)
      wire.send_text(R"({"type":"ping"})");
    for (int i = 0; i < at_once && code == 0; ++i) {
      const auto next = wire.read_frame();
      if (next.opcode == 8)
        code = next.code();
      else
        ++answers[word(*json::parse(next.payload),
                       next.payload.find("\"code\"") == std::string::npos ? "type" : "code")];
    }
  }
  CHECK(code == 1008);
  CHECK(answers["pong"] >= 2'000);
  CHECK(answers["too_many"] == 2'000);
  CHECK(answers.size() == 2);
}

TEST_CASE_METHOD(stage, "the validator of frames refuses what is not described") {
  all.server = {R"({"type":"gap","stream":"presence","more":1})", R"({"type":"gap"})"};
  all.client = {R"({"type":"shout"})"};
  all.refused = {R"({"type":"ping"})"};
  const auto wrong = complaints("none", extent::complete);
  INFO(wrong);
  CHECK(wrong.find("server.gap must NOT have additional properties") != std::string::npos);
  CHECK(wrong.find("server.gap must have required property 'stream'") != std::string::npos);
  CHECK(wrong.find("{\"type\":\"shout\"}\n  no such message") != std::string::npos);
  CHECK(wrong.find("{\"type\":\"ping\"}\n  fits, and was refused") != std::string::npos);
  CHECK(wrong.find("client.post was never sent") != std::string::npos);
  CHECK(wrong.find("no RoomStream.message happened") != std::string::npos);
}

TEST_CASE_METHOD(stage, "a topic of the forum tells that there is something to read", "[db][net]") {
  auto& pierre = testing::colleague("pierre.dubois");
  const auto made = pierre.post("/api/forum/topics",
                                R"({"title":"Flux","categoryId":"forum-cat-1","content":"Sujet"})");
  INFO(made.body);
  REQUIRE(made.status == 201);
  const auto stream = "topic:" + made.at("id");
  const auto cookie = pierre.cookie();
  kept_socket socket{native_user{"", cookie.substr(cookie.find('=') + 1)}, all};
  socket.subscribe(stream, 0);
  const auto last = number(socket.hear(is("subscribed", stream)), "last");
  const auto reply = pierre.post("/api/forum/posts",
                                 R"({"topicId":")" + made.at("id") + R"(","content":"Voilà"})");
  REQUIRE(reply.status == 201);
  const auto told = socket.hear(is("event", stream, "post"));
  CHECK(number(told, "seq") == last + 1);
  CHECK(word(told, "data.id") == reply.at("id"));
  CHECK(told->text().find("Voilà") == std::string::npos);
  const auto one = "/api/forum/posts/" + reply.at("id");
  REQUIRE(pierre.post(one + "/like", R"({"reactionType":"like"})").status / 100 == 2);
  CHECK(word(socket.hear(is("event", stream, "like")), "data.reaction") == "like");
  CHECK(word(socket.hear(is("signal", stream, "likes")), "data.count") == "1");
  REQUIRE(pierre.patch(one, R"({"content":"Voici"})").status == 200);
  (void)socket.hear(is("event", stream, "edit"));
  REQUIRE(pierre.remove(one).status / 100 == 2);
  (void)socket.hear(is("event", stream, "delete"));
  const auto topic = "/api/forum/topics/" + made.at("id");
  REQUIRE(pierre.patch(topic, R"({"title":"Flux !"})").status == 200);
  (void)socket.hear(is("event", stream, "topic"));
  REQUIRE(testing::colleague("admin").remove(topic).status / 100 == 2);
  (void)socket.hear(is("event", stream, "gone"));
  const auto wrong = complaints("topic");
  INFO(wrong);
  CHECK(wrong.empty());
}
