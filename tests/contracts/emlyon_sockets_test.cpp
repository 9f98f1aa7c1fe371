#include "actors/people/bearer.hpp"
#include "tests/support/emlyon.hpp"
#include "tests/support/holder.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace stoa::testing;

namespace {

std::unique_ptr<ws_client> socket_of(const student& who) {
  return std::make_unique<ws_client>(emlyon_client(), socket_path(who));
}

// What a list of a frame says of one thing; nothing when it is not in it.
stoa::json_value item(const stoa::json_value& list, std::string_view path, std::string_view value) {
  for (const auto each : list.items())
    if (text_at(each, path) == value)
      return each;
  return {};
}

// Lists come whole and coalesced: waits for the one that has it.
stoa::json heard_with(ws_client& socket, std::string_view type, std::string_view path,
                      const std::string& value) {
  for (;;) {
    auto next = socket.heard(type);
    if (item(next.root()["data"], path, value).is_object())
      return next;
  }
}
stoa::json heard_without(ws_client& socket, std::string_view type, std::string_view path,
                         const std::string& value) {
  for (;;) {
    auto next = socket.heard(type);
    if (item(next.root()["data"], path, value).is_null())
      return next;
  }
}

}  // namespace

TEST_CASE("emlyon: a socket is told everything at first", "[db][net]") {
  const auto alice = demo_student("alice");
  auto socket = socket_of(alice);
  REQUIRE(socket->status() == 101);
  const auto hello = socket->heard();
  CHECK(text_at(hello.root(), "type") == "initial");
  // The shapes are those of REST, to the letter.
  const auto check_ins = alice.get("/api/checkins").json_at("data").text();
  const auto events = alice.get("/api/events").json_at("data").text();
  CHECK(hello.root()["checkIns"].text() == check_ins);
  CHECK(hello.root()["events"].text() == events);
}

TEST_CASE("emlyon: changes come to everybody, whole", "[db][net]") {
  const auto ida = new_student("ida");
  auto mine = socket_of(ida);
  auto twin = socket_of(ida);
  auto other = socket_of(demo_student("bob"));
  for (auto* each : {mine.get(), twin.get(), other.get()})
    CHECK(text_at(each->heard().root(), "type") == "initial");

  const auto made = ida.post("/api/checkins", check_in_body("Quai"));
  REQUIRE(made.status == 201);
  for (auto* each : {mine.get(), twin.get(), other.get()}) {
    const auto told = heard_with(*each, "checkIns", "id", made.at("data.id"));
    CHECK(item(told.root()["data"], "id", made.at("data.id")).text() ==
          made.json_at("data").text());
  }
  // A second tab that closes takes nothing from the first.
  twin = nullptr;
  REQUIRE(ida.remove("/api/checkins/" + made.at("data.id")).status == 200);
  for (auto* each : {mine.get(), other.get()})
    heard_without(*each, "checkIns", "id", made.at("data.id"));

  const auto outing = ida.post("/api/events", event_body("Balade"));
  REQUIRE(outing.status == 201);
  const auto id = outing.at("data.id");
  heard_with(*mine, "events", "id", id);
  const auto where = "/api/events/" + id;
  REQUIRE(demo_student("bob").post(where + "/attend").status == 200);
  for (;;) {
    const auto told = heard_with(*other, "events", "id", id);
    const auto shown = item(told.root()["data"], "id", id);
    if (shown["attendees"].size() == 2) {
      CHECK(shown.text() == ida.get(where).json_at("data").text());
      break;
    }
  }
  REQUIRE(demo_student("bob").remove(where + "/attend").status == 200);
  REQUIRE(ida.put(where, R"({"title":"Grande balade"})").status == 200);
  heard_with(*mine, "events", "title", "Grande balade");
  REQUIRE(ida.put("/api/users/me", R"({"name":"Ida Neuf"})").status == 200);
  heard_with(*mine, "events", "creator.name", "Ida Neuf");
  REQUIRE(ida.remove(where).status == 200);
  heard_without(*mine, "events", "id", id);
}

TEST_CASE("emlyon: pictures are absolute wherever they are pushed", "[db][net]") {
  const auto jo = new_student("jo");
  auto socket = socket_of(jo);
  CHECK(text_at(socket->heard().root(), "type") == "initial");
  REQUIRE(jo.post("/api/checkins", check_in_body("Photo")).status == 201);
  const auto told = heard_with(*socket, "checkIns", "user.id", jo.id);
  const auto shown = item(told.root()["data"], "user.id", jo.id);
  CHECK(text_at(shown, "user.avatarUrl").starts_with("https://"));
  CHECK(text_at(shown, "user.promotion") == "EMI");
}

TEST_CASE("emlyon: a socket without a good token is told why", "[db][net]") {
  const auto closed = [](const std::string& path) {
    ws_client socket{emlyon_client(), path};
    CHECK(socket.status() == 101);
    CHECK_FALSE(socket.hear());
    return std::to_string(socket.close_code()) + ' ' + socket.close_reason();
  };
  CHECK(closed("/ws") == "1008 Token manquant");
  CHECK(closed("/ws?token=") == "1008 Token manquant");
  CHECK(closed("/ws?token=nonsense") == "1008 Token invalide");
  const stoa::bearer_keys keys{std::string{emlyon_key}, {}};
  auto claims = keys.read(demo_student("alice").token, stoa::now());
  REQUIRE(claims);
  claims->expires.micros = stoa::now().micros - 1'000'000;
  CHECK(closed("/ws?token=" + keys.sign(*claims)) == "1008 Token invalide");
  claims->expires.micros = stoa::now().micros + 60'000'000;
  claims->session = std::string(43, 'y');
  CHECK(closed("/ws?token=" + keys.sign(*claims)) == "1008 Token invalide");
  CHECK(ws_client{emlyon_client(), "/other?token=" + demo_student("alice").token}.status() == 400);
  // Pages of other origins are not even let in that far.
  CHECK(ws_client{emlyon_client(),
                  socket_path(demo_student("alice")),
                  {{"Origin", "http://evil.example"}}}
            .status() == 403);
  ws_client allowed{
      emlyon_client(), socket_path(demo_student("alice")), {{"Origin", "http://localhost:5173"}}};
  CHECK(allowed.status() == 101);
  CHECK(text_at(allowed.heard().root(), "type") == "initial");
}

TEST_CASE("emlyon: a socket ends with its token", "[db][net]") {
  const stoa::bearer_keys keys{std::string{emlyon_key}, {}};
  auto claims = keys.read(new_student("kim").token, stoa::now());
  REQUIRE(claims);
  claims->expires.micros = (stoa::now().micros / 1'000'000 + 2) * 1'000'000;
  ws_client socket{emlyon_client(), "/ws?token=" + keys.sign(*claims)};
  CHECK(text_at(socket.heard().root(), "type") == "initial");
  while (socket.hear()) {
  }
  CHECK(socket.close_code() == 1008);
  CHECK(socket.close_reason() == "Token invalide");
  CHECK(stoa::now().micros >= claims->expires.micros);
}

TEST_CASE("emlyon: a socket ends with its user", "[db][net]") {
  const auto leo = new_student("leo");
  REQUIRE(leo.post("/api/checkins", check_in_body("Adieu")).status == 201);
  auto socket = socket_of(leo);
  auto other = socket_of(demo_student("bob"));
  CHECK(text_at(socket->heard().root(), "type") == "initial");
  CHECK(item(other->heard().root()["checkIns"], "user.id", leo.id).is_object());
  REQUIRE(leo.remove("/api/users/me").status == 200);
  while (socket->hear()) {
  }
  CHECK(socket->close_code() == 1008);
  heard_without(*other, "checkIns", "user.id", leo.id);
}

TEST_CASE("emlyon: what clients say is not heard, and not for long", "[db][net]") {
  const auto mia = new_student("mia");
  auto socket = socket_of(mia);
  CHECK(text_at(socket->heard().root(), "type") == "initial");
  socket->say("hello");
  socket->say(R"({"type":"checkIns","data":[]})");
  REQUIRE(mia.post("/api/checkins", check_in_body("Calme")).status == 201);
  heard_with(*socket, "checkIns", "user.id", mia.id);
  socket->say(std::string(2000, 'x'));
  while (socket->hear()) {
  }
  CHECK(socket->close_code() == 1009);
  auto hasty = socket_of(mia);
  for (int i = 0; i < 200; ++i)
    hasty->say("x");
  while (hasty->hear()) {
  }
  CHECK(hasty->close_code() == 1008);
  // Ten sockets a user, and one too many.
  std::vector<std::unique_ptr<ws_client>> open;
  CHECK(eventually([&] {
    open.clear();
    for (int i = 0; i < 10; ++i)
      open.push_back(socket_of(mia));
    for (auto& each : open)
      if (!each->hear())
        return false;  // places of those before are not given back yet
    return true;
  }));
  auto one_more = socket_of(mia);
  CHECK_FALSE(one_more->hear());
  CHECK(one_more->close_code() == 1008);
}
