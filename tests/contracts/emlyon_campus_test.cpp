#include "tests/support/emlyon.hpp"
#include "tests/support/holder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <thread>
#include <vector>

using namespace stoa::testing;

namespace {

// The names of places that somebody has in a list of check-ins.
std::vector<std::string> places_of(const http_answer& list, const std::string& user) {
  std::vector<std::string> out;
  for (const auto each : list.parsed.root()["data"].items())
    if (text_at(each, "user.id") == user)
      out.push_back(text_at(each, "locationName"));
  return out;
}

stoa::json_value event_in(const http_answer& list, const std::string& id) {
  for (const auto each : list.parsed.root()["data"].items())
    if (text_at(each, "id") == id)
      return each;
  return {};
}

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("emlyon: a check-in is for all to see", "[db][net]") {
  const auto ann = new_student("ann");
  const auto before = stoa::now().micros / 1000;
  const auto made = ann.post("/api/checkins", check_in_body("  Parc  ", R"(,"statusEmoji":"🌳")"));
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made.at("message") == "Check-in créé avec succès");
  CHECK(made.at("data.locationName") == "Parc");
  CHECK(made.at("data.latitude") == "45.77");
  CHECK(made.at("data.statusEmoji") == "🌳");
  CHECK(made.at("data.user.id") == ann.id);
  CHECK(made.at("data.user.promotion") == "EMI");
  CHECK(made.at("data.user.email") == "(absent)");
  const auto at = made.json_at("data.timestamp").as_int64();
  REQUIRE(at);
  CHECK(*at >= before);
  const auto list = demo_student("bob").get("/api/checkins");
  CHECK(list.at("success") == "true");
  CHECK(list.json_at("data.0").text() == made.json_at("data").text());
  const auto one = demo_student("bob").get("/api/checkins/user/" + ann.id);
  CHECK(one.json_at("data").text() == made.json_at("data").text());
  // Newest first, the demo's people among them.
  std::int64_t last = *at;
  for (const auto each : list.parsed.root()["data"].items()) {
    CHECK(*each["timestamp"].as_int64() <= last);
    last = *each["timestamp"].as_int64();
  }
  CHECK(demo_student("bob").get("/api/checkins/user/nobody").json_at("data").is_null());
  CHECK(demo_student("bob").get("/api/checkins/user/nobody").status == 200);
}

TEST_CASE("emlyon: one check-in a person, whatever happens at once", "[db][net]") {
  const auto ben = new_student("ben");
  REQUIRE(ben.post("/api/checkins", check_in_body("Gare")).status == 201);
  REQUIRE(ben.post("/api/checkins", check_in_body("Bar")).status == 201);
  CHECK(places_of(ben.get("/api/checkins"), ben.id) == strings{"Bar"});
  std::vector<std::thread> all;
  for (int i = 0; i < 8; ++i)
    all.emplace_back(
        [&ben, i] { ben.post("/api/checkins", check_in_body("x" + std::to_string(i))); });
  for (auto& each : all)
    each.join();
  CHECK(places_of(ben.get("/api/checkins"), ben.id).size() == 1);
  const auto mine = ben.get("/api/checkins/user/" + ben.id).at("data.id");
  CHECK(refusal(demo_student("bob").remove("/api/checkins/" + mine)) == "403 Non autorisé");
  const auto gone = ben.remove("/api/checkins/" + mine);
  CHECK(gone.status == 200);
  CHECK(gone.at("message") == "Check-in supprimé avec succès");
  CHECK(refusal(ben.remove("/api/checkins/" + mine)) == "404 Check-in introuvable");
  CHECK(refusal(ben.remove("/api/checkins/no-uuid")) == "404 Check-in introuvable");
  CHECK(places_of(ben.get("/api/checkins"), ben.id).empty());
}

TEST_CASE("emlyon: check-ins that make no sense", "[db][net]") {
  const auto alice = demo_student("alice");
  const auto refused = [&](const std::string& body) {
    return refusal(alice.post("/api/checkins", body));
  };
  CHECK(refused("{}") == "400 Le nom du lieu est requis, Latitude invalide, Longitude invalide");
  CHECK(refused(R"({"locationName":"x","latitude":"45.7","longitude":4})") ==
        "400 Latitude invalide");
  CHECK(refused(R"({"locationName":"x","latitude":90.5,"longitude":181})") ==
        "400 Latitude invalide, Longitude invalide");
  CHECK(refused(check_in_body("   ")) == "400 Le nom du lieu est requis");
  CHECK(refused(check_in_body("<img src=x>")) == "400 Le nom du lieu est invalide");
  CHECK(refused(check_in_body(std::string(201, 'x'))) == "400 Le nom du lieu est invalide");
  CHECK(refused(check_in_body("x", R"(,"statusEmoji":"<b>")")) == "400 L'emoji est invalide");
  CHECK(refused(check_in_body("x", R"(,"statusEmoji":")" + std::string(17, 'x') + '"')) ==
        "400 L'emoji est invalide");
  // Null stays null, and nobody minds other members.
  const auto dana = new_student("dana");
  const auto made =
      dana.post("/api/checkins", check_in_body("Chez moi", R"(,"statusEmoji":null,"x":1)"));
  CHECK(made.status == 201);
  CHECK(made.json_at("data.statusEmoji").is_null());
}

TEST_CASE("emlyon: an event has its creator from the beginning", "[db][net]") {
  const auto eve = new_student("eve");
  const auto made = eve.post("/api/events", event_body(" Pique-nique "));
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made.at("message") == "Événement créé avec succès");
  CHECK(made.at("data.title") == "Pique-nique");
  CHECK(made.json_at("data.date").as_int64() == 1893578400000);
  CHECK(made.at("data.creator.id") == eve.id);
  CHECK(made.json_at("data.attendees").size() == 1);
  CHECK(made.at("data.attendees.0.id") == eve.id);
  CHECK(made.at("data.attendees.0.promotion") == "EMI");
  CHECK(made.at("data.attendees.0.email") == "(absent)");
  const auto id = made.at("data.id");
  CHECK(demo_student("bob").get("/api/events/" + id).json_at("data").text() ==
        made.json_at("data").text());
  const auto list = demo_student("bob").get("/api/events");
  CHECK(event_in(list, id).text() == made.json_at("data").text());
  std::int64_t last = 0;
  for (const auto each : list.parsed.root()["data"].items()) {
    CHECK(*each["date"].as_int64() >= last);
    last = *each["date"].as_int64();
  }
  // Dates as the guide sends them, and past ones.
  for (const auto* date : {"1893578400000", "\"1893578400000\"", "\"2030-01-02T11:00:00+01:00\""})
    CHECK(eve.post("/api/events", event_body("Date", date)).json_at("data.date").as_int64() ==
          1893578400000);
  const auto past =
      eve.post("/api/events", event_body("Passé", "\"2020-01-01T00:00:00Z\"")).at("data.id");
  CHECK(event_in(eve.get("/api/events"), past).is_object());
  CHECK(event_in(eve.get("/api/events?upcoming=true"), past).is_null());
  CHECK(event_in(eve.get("/api/events?upcoming=true"), id).is_object());
}

TEST_CASE("emlyon: events that make no sense", "[db][net]") {
  const auto alice = demo_student("alice");
  CHECK(refusal(alice.post("/api/events", "{}")) ==
        "400 Le titre est requis, La description est requise, Date invalide");
  for (const auto* date : {"\"demain\"", "\"2025-02-30T10:00:00Z\"", "true", "1e300", "\"\"", "{}",
                           "\"1e20\"", "-99999999999999999"})
    CHECK(refusal(alice.post("/api/events", event_body("x", date))) == "400 Date invalide");
  CHECK(refusal(alice.post("/api/events", event_body("  "))) == "400 Le titre est requis");
  CHECK(refusal(alice.post("/api/events", event_body("<script>"))) == "400 Le titre est invalide");
  CHECK(refusal(alice.post("/api/events", event_body(std::string(201, 't')))) ==
        "400 Le titre est invalide");
  CHECK(refusal(alice.get("/api/events/none")) == "404 Événement introuvable");
  // Changes keep to the same rules.
  const auto id = alice.post("/api/events", event_body("Règles")).at("data.id");
  const auto where = "/api/events/" + id;
  CHECK(refusal(alice.put(where, R"({"date":"demain"})")) == "400 Date invalide");
  CHECK(refusal(alice.put(where, R"({"title":7})")) == "400 Le titre est requis");
  CHECK(refusal(alice.put(where, R"({"title":"   "})")) == "400 Le titre est requis");
  CHECK(refusal(alice.put(where, R"({"description":)" + std::string("\"") + std::string(5001, 'x') +
                                     "\"}")) == "400 La description est trop longue");
  CHECK(alice.get(where).at("data.title") == "Règles");
}

TEST_CASE("emlyon: an event is its creator's to change", "[db][net]") {
  const auto eli = new_student("eli");
  const auto where = "/api/events/" + eli.post("/api/events", event_body("Avant")).at("data.id");
  const auto changed = eli.put(where, R"({"title":"Après","description":"","date":1893578400001})");
  CHECK(changed.status == 200);
  CHECK(changed.at("message") == "Événement mis à jour avec succès");
  CHECK(changed.at("data.title") == "Après");
  CHECK(changed.at("data.description") == "On y va");
  CHECK(changed.at("data.date") == "1893578400001");
  CHECK(eli.request("PATCH", where, R"({"title":"Encore"})").at("data.title") == "Encore");
  CHECK(eli.put(where, "{}").status == 200);
  const auto bob = demo_student("bob");
  CHECK(refusal(bob.put(where, R"({"title":"x"})")) == "403 Non autorisé");
  CHECK(refusal(bob.put(where, "{}")) == "403 Non autorisé");
  CHECK(refusal(bob.remove(where)) == "403 Non autorisé");
  CHECK(refusal(bob.put("/api/events/none", R"({"title":"x"})")) == "404 Événement introuvable");
  CHECK(refusal(bob.remove("/api/events/none")) == "404 Événement introuvable");
  CHECK(eli.remove(where).at("message") == "Événement supprimé avec succès");
  CHECK(refusal(eli.get(where)) == "404 Événement introuvable");
}

TEST_CASE("emlyon: coming and leaving", "[db][net]") {
  const auto fay = new_student("fay");
  const auto where = "/api/events/" + fay.post("/api/events", event_body("Sortie")).at("data.id");
  const auto door = where + "/attend";
  CHECK(refusal(fay.post(door)) == "400 Vous participez déjà à cet événement");
  CHECK(refusal(fay.remove(door)) == "400 Le créateur ne peut pas se désinscrire");
  const auto bob = demo_student("bob");
  CHECK(refusal(bob.remove(door)) == "400 Vous ne participez pas à cet événement");
  CHECK(bob.post(door).at("message") == "Participation confirmée");
  CHECK(refusal(bob.post(door)) == "400 Vous participez déjà à cet événement");
  REQUIRE(demo_student("diana").post(door).status == 200);
  const auto seen = fay.get(where);
  CHECK(seen.at("data.attendees.0.id") == fay.id);
  CHECK(seen.at("data.attendees.1.id") == bob.id);
  CHECK(seen.json_at("data.attendees").size() == 3);
  CHECK(bob.remove(door).at("message") == "Participation annulée");
  CHECK(fay.get(where).json_at("data.attendees").size() == 2);
  CHECK(refusal(bob.post("/api/events/none/attend")) == "404 Événement introuvable");
  CHECK(refusal(bob.remove("/api/events/none/attend")) == "404 Événement introuvable");
}

TEST_CASE("emlyon: joining many times at once is joining once", "[db][net]") {
  const auto gus = new_student("gus");
  const auto door =
      "/api/events/" + gus.post("/api/events", event_body("Course")).at("data.id") + "/attend";
  const auto bob = demo_student("bob");
  std::vector<int> statuses(10);
  std::vector<std::thread> all;
  for (auto& status : statuses)
    all.emplace_back([&] { status = bob.post(door).status; });
  for (auto& each : all)
    each.join();
  CHECK(std::count(statuses.begin(), statuses.end(), 200) == 1);
  CHECK(std::count(statuses.begin(), statuses.end(), 400) == 9);
}

TEST_CASE("emlyon: people and their names", "[db][net]") {
  const auto hal = new_student("hal");
  REQUIRE(hal.post("/api/checkins", check_in_body("Ici")).status == 201);
  const auto changed = hal.put("/api/users/me", R"({"name":"  Hal de la Tour  "})");
  CHECK(changed.at("message") == "Profil mis à jour");
  CHECK(changed.at("data.name") == "Hal de la Tour");
  CHECK(changed.at("data.email") == "hal@example.org");
  CHECK(refusal(hal.put("/api/users/me", R"({"name":"   "})")) ==
        "400 Le nom ne peut pas être vide");
  CHECK(refusal(hal.put("/api/users/me", R"({"name":""})")) == "400 Le nom ne peut pas être vide");
  CHECK(refusal(hal.put("/api/users/me", R"({"name":"<b>"})")) == "400 Le nom est invalide");
  CHECK(hal.put("/api/users/me", "{}").at("data.name") == "Hal de la Tour");
  CHECK(hal.get("/api/checkins/user/" + hal.id).at("data.user.name") == "Hal de la Tour");
  const auto seen = demo_student("bob").get("/api/users/" + hal.id);
  CHECK(seen.at("data.name") == "Hal de la Tour");
  CHECK(seen.at("data.email") == "(absent)");
  CHECK(refusal(demo_student("bob").get("/api/users/none")) == "404 Utilisateur introuvable");
  const auto all = demo_student("bob").get("/api/users");
  std::string last;
  for (const auto each : all.parsed.root()["data"].items()) {
    CHECK(each["email"].is_null());
    last = text_at(each, "name");
  }
  CHECK(all.json_at("data").size() >= 6);
}

TEST_CASE("emlyon: the demo is the contract's", "[db][net]") {
  const auto alice = demo_student("alice");
  const auto me = alice.get("/api/users/me");
  CHECK(me.at("data.name") == "Alice Martin");
  CHECK(me.at("data.promotion") == "EMI 2025");
  CHECK(me.at("data.avatarUrl") == "https://api.dicebear.com/7.x/avataaars/svg?seed=alice");
  const auto events = alice.get("/api/events");
  for (const auto* title :
       {"Soirée Afterwork", "Session Révisions", "Match de Football", "Soirée Le Sucre"})
    CHECK(events.body.find(title) != std::string::npos);
  const auto where = alice.get("/api/checkins/user/" + demo_student("charlie").id);
  CHECK(where.at("data.locationName") == "Parc de la Tête d'Or");
  CHECK(where.at("data.longitude") == "4.8546");
}

TEST_CASE("emlyon: nothing of another establishment is seen", "[db][net]") {
  // StacGate's people live in the same database, and may even sign in here.
  const auto login = stranger().post(
      "/api/auth/login", R"({"email":"marie.formateur@stacgate.academy","password":"demo123"})");
  REQUIRE(login.status == 200);
  const student marie{login.at("data.token"), login.at("data.user.id")};
  const auto alice = demo_student("alice");
  const auto event_here = alice.get("/api/events").at("data.0.id");
  CHECK(marie.get("/api/events").json_at("data").size() == 0);
  CHECK(marie.get("/api/events/" + event_here).status == 404);
  CHECK(marie.post("/api/events/" + event_here + "/attend").status == 404);
  CHECK(marie.get("/api/checkins").json_at("data").size() == 0);
  CHECK(marie.get("/api/checkins/user/" + alice.id).json_at("data").is_null());
  CHECK(marie.get("/api/users/" + alice.id).status == 404);
  CHECK(marie.get("/api/users").body.find(alice.id) == std::string::npos);
  REQUIRE(marie.post("/api/checkins", check_in_body("Académie")).status == 201);
  CHECK(alice.get("/api/checkins").body.find("Académie") == std::string::npos);
  CHECK(alice.get("/api/users").body.find(marie.id) == std::string::npos);
  // The platform's administrators belong to no campus.
  const auto root = stranger().post("/api/auth/login",
                                    R"({"email":"superadmin@stacgate.com","password":"admin123"})");
  REQUIRE(root.status == 200);
  CHECK(student{root.at("data.token")}.get("/api/checkins").status == 403);
}
