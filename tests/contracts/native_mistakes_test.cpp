#include "tests/contracts/native_support.hpp"
#include "tests/support/http_client.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::test;
using stoa::testing::mistake;
using stoa::testing::text_at;

namespace {

const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');

/// A room with one message.
struct mistakes_scene {
  native_user sophie = demo_user("user-sophie");
  std::string room = fresh_room(sophie, R"(["user-lucas"])");
  std::string message =
      sophie.post("/api/v1/rooms/" + room + "/messages", R"({"text":"Bonjour"})").text("id");

  /// A text with what stands for something put in its place.
  [[nodiscard]] std::string filled(std::string text) const {
    for (const auto& [hole, what] : {std::pair{std::string{"{room}"}, room},
                                     {"{message}", message},
                                     {"{deep}", deep},
                                     {"{long}", std::string(10'001, 'x')},
                                     {"{latin}", "caf\xe9"}})
      for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole, at))
        text.replace(at, hole.size(), what);
    return text;
  }
};

constexpr mistake rest[] = {
    {"POST", "/api/v1/rooms", R"({})", "name is required"},
    {"POST", "/api/v1/rooms", R"([])", "must be a JSON object"},
    {"POST", "/api/v1/rooms", R"({"name":7})", "name must be text"},
    {"POST", "/api/v1/rooms", R"({"name":""})", "name must not be empty"},
    {"POST", "/api/v1/rooms", R"({"name":"{long}"})", "name must have at most 200"},
    {"POST", "/api/v1/rooms", R"({"name":"{latin}"})", "name"},
    {"POST", "/api/v1/rooms", R"({"name":{deep}})", "name"},
    {"POST", "/api/v1/rooms", R"({"name":"x","nmae":"y"})", "nmae is unknown here"},
    {"POST", "/api/v1/rooms", R"({"name":"x","topic":[]})", "topic must be text"},
    {"POST", "/api/v1/rooms", R"({"name":"x","topic":"{long}"})", "topic must have at most 1000"},
    {"POST", "/api/v1/rooms", R"({"name":"x","isPublic":"yes"})", "isPublic must be true or false"},
    {"POST", "/api/v1/rooms", R"({"name":"x","members":"a"})", "members must be a list"},
    {"POST", "/api/v1/rooms", R"({"name":"x","members":["user-lucas",5]})",
     "members.1 must be text"},
    {"POST", "/api/v1/rooms", R"({"name":"x","members":["nobody"]})", "members.0 is no user"},
    {"POST", "/api/v1/direct", R"({})", "user is required"},
    {"POST", "/api/v1/direct", R"({"user":5})", "user must be text"},
    {"POST", "/api/v1/direct", R"({"user":""})", "user must not be empty"},
    {"POST", "/api/v1/direct", R"({"user":"user-lucas","x":1})", "x is unknown here"},
    {"PATCH", "/api/v1/rooms/{room}", R"({})", "archived is required"},
    {"PATCH", "/api/v1/rooms/{room}", R"({"archived":"no"})", "archived must be true or false"},
    {"PATCH", "/api/v1/rooms/{room}", R"({"archived":true,"x":1})", "x is not a field"},
    {"POST", "/api/v1/rooms/{room}/members", R"({"user":5})", "user must be a string"},
    {"POST", "/api/v1/rooms/{room}/members", R"({"user":"user-paul","rank":"x"})",
     "rank is not a field"},
    {"PATCH", "/api/v1/rooms/{room}/members/user-lucas", R"({"role":"boss"})", "role must be one"},
    {"PATCH", "/api/v1/rooms/{room}/members/user-lucas", R"({"role":"admin","user":"user-paul"})",
     "user is set by the server"},
    {"DELETE", "/api/v1/rooms/{room}/members/user-lucas?who=me", "", "who is not a field"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({})", "text is required"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":null})", "text is required"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":5})", "text must be text"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"{long}"})", "text has more than 10000"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"{latin}"})", "text"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","metadata":{deep}})", "metadata"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","metadata":"y"})",
     "metadata must be an object"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","mentions":"y"})",
     "mentions must be a list"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","mentions":[null]})",
     "mentions.0 must be text"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","type":5})", "type must be text"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","type":"y"})", "type is text, file"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","key":5})", "key must be text"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","key":"{long}"})", "key has at most"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","replyTo":["y"]})",
     "replyTo must be text"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","thread":"y"})",
     "thread names no message"},
    {"POST", "/api/v1/rooms/{room}/messages", R"({"text":"x","reply_to":"y"})",
     "reply_to is unknown here"},
    {"PATCH", "/api/v1/rooms/{room}/messages/{message}", R"({"text":5})", "text must be text"},
    {"PATCH", "/api/v1/rooms/{room}/messages/{message}", R"({})", "text is required"},
    {"PATCH", "/api/v1/rooms/{room}/messages/{message}", R"({"text":""})", "text is empty"},
    {"PATCH", "/api/v1/rooms/{room}/messages/{message}", R"({"text":"{long}"})", "text has more"},
    {"PATCH", "/api/v1/rooms/{room}/messages/{message}", R"({"text":"x","type":"y"})",
     "type is unknown here"},
    {"DELETE", "/api/v1/rooms/{room}/messages/{message}", R"({"key":5})", "key must be text"},
    {"DELETE", "/api/v1/rooms/{room}/messages/{message}", R"({"text":"x"})", "text is unknown"},
    {"GET", "/api/v1/rooms?open=maybe", "", "open must be true or false"},
    {"GET", "/api/v1/rooms?limit=-1", "", "limit must be a number from 0"},
    {"GET", "/api/v1/rooms?opened=true", "", "opened is unknown here"},
    {"GET", "/api/v1/rooms/{room}?x=1", "", "x is unknown here"},
    {"GET", "/api/v1/rooms/{room}/messages?from=1", "", "from is unknown here"},
    {"GET", "/api/v1/rooms/{room}/messages?before=soon", "", "before must be a number from 0"},
    {"GET", "/api/v1/rooms/{room}/search?q=x&page=2", "", "page is unknown here"},
    {"GET", "/api/v1/search/messages?q=caf%e9", "", "q must be valid UTF-8"},
    {"GET", "/api/v1/search/messages", "", "q is what to look for"},
    {"GET", "/api/v1/me?x=1", "", "x is unknown here"},
};

struct frame_mistake {
  const char* frame;  ///< without its `ref`
  const char* said;
};

constexpr frame_mistake frames[] = {
    {R"("type":5)", "type must be text"},
    {R"("stream":"room:{room}")", "type is required"},
    {R"("type":"shout","stream":"room:{room}")", "type is unknown: shout"},
    {R"("type":"ping","x":1)", "x is unknown here"},
    {R"("type":"subscribe","streams":["presence"],"after":1)", "after is unknown here"},
    {R"("type":"unsubscribe","streams":["presence",5])", "streams.1 must be text"},
    {R"("type":"unsubscribe","streams":"presence")", "streams must be a list of names"},
    {R"("type":"post","stream":"room:{room}")", "text is required"},
    {R"("type":"post","stream":"room:{room}","text":5)", "text must be text"},
    {R"("type":"post","stream":"room:{room}","text":"{long}")", "text has more than 10000"},
    {R"("type":"post","stream":"room:{room}","text":"x","mentions":"y")",
     "mentions must be a list"},
    {R"("type":"post","stream":"room:{room}","text":"x","mentions":[5])",
     "mentions.0 must be text"},
    {R"("type":"post","stream":"room:{room}","text":"x","reply_to":"y")",
     "reply_to is unknown here"},
    {R"("type":"post","stream":"board:x","text":"x")", "stream must be a room"},
    {R"("type":"post","stream":5,"text":"x")", "stream must be text"},
    {R"("type":"edit","stream":"room:{room}","message":"{message}","text":5)", "text must be text"},
    {R"("type":"edit","stream":"room:{room}","text":"x")", "message is required"},
    {R"("type":"delete","stream":"room:{room}","message":5)", "message must be text"},
    {R"("type":"react","stream":"room:{room}","message":"{message}","emoji":1)",
     "emoji must be text"},
    {R"("type":"unreact","stream":"room:{room}","message":"{message}")", "emoji is required"},
    {R"("type":"op","stream":"board:x","data":5)", "data must be an object"},
    {R"("type":"op","stream":"room:{room}","data":{})", "stream must be a board"},
    {R"("type":"read","stream":"room:{room}")", "seq is required"},
    {R"("type":"read","stream":"room:{room}","seq":"9")", "seq must be a number from 0"},
    {R"("type":"read","stream":"room:{room}","seq":-1)", "seq must be a number from 0"},
    {R"("type":"typing","stream":"room:{room}","typing":"no")", "typing must be true or false"},
    {R"("type":"typing","typing":true)", "stream is required"},
    {R"("type":"signal","stream":"room:{room}","kind":"x","data":[1])", "data must be an object"},
    {R"("type":"history","stream":"room:{room}","limit":"all")", "limit must be a number from 0"},
    {R"("type":"history","stream":"room:{room}","page":2)", "page is unknown here"},
};

}  // namespace

TEST_CASE_METHOD(mistakes_scene, "each mistake in a native request is named in its 400",
                 "[db][net]") {
  for (const auto& each : rest) {
    const auto got = sophie.call(each.method, filled(each.path), filled(each.body));
    INFO(each.method << ' ' << each.path << ' ' << each.body << "\n" << got.body.substr(0, 500));
    CHECK(got.status == 400);
    const auto told = got.text("message") + text_at(got["errors"], "0.path");
    CHECK(told.find(each.said) != std::string::npos);
    CHECK(got.text("message") == got.text("error"));  // this site's edition says it twice
  }
  // Nothing of all that was done.
  CHECK(sophie.get("/api/v1/rooms/" + room + "/messages")["events"].size() == 1);
}

TEST_CASE_METHOD(mistakes_scene, "each mistake in a frame is named in its refusal", "[db][net]") {
  native_socket socket{sophie};
  std::size_t count = 0;
  for (const auto& each : frames) {
    const auto reference = "r" + std::to_string(++count);
    socket.say(filled('{' + std::string{each.frame} + R"(,"ref":")" + reference + "\"}"));
    const auto got = socket.next("refused");
    INFO(each.frame);
    CHECK(got.root()["ref"].as_string() == reference);
    CHECK(got.root()["code"].as_string() == "invalid");
    CHECK(text_at(got.root(), "message").find(each.said) != std::string::npos);
  }
  // What is no JSON, or no object, has no reference to be named by.
  for (const auto& [text, said] : {std::pair{std::string{"{"}, "line 1"},
                                   {"[1]", "must be an object"},
                                   {filled(R"({"type":"post","metadata":{deep}})"), "metadata"}}) {
    socket.say(text);
    const auto got = socket.next("refused");
    INFO(got.root().text());
    CHECK(got.root()["code"].as_string() == "invalid");
    const auto told = text_at(got.root(), "message") + text_at(got.root(), "errors.0.path");
    CHECK(told.find(said) != std::string::npos);
  }
}

TEST_CASE_METHOD(mistakes_scene, "every mistake of one request is told at once", "[db][net]") {
  const auto got = sophie.post("/api/v1/rooms", R"({"topic":5,"members":{},"x":1})");
  CHECK(got.status == 400);
  CHECK(got["errors"].text() == R"([{"path":"name","message":"name is required"},)"
                                R"({"path":"topic","message":"topic must be text"},)"
                                R"({"path":"members","message":"members must be a list"},)"
                                R"({"path":"x","message":"x is unknown here"}])");
}
