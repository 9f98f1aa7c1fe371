#include "actors/people/tokens.hpp"
#include "persistence/pg/session.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

using namespace stoa;
using namespace stoa::testing;

namespace {

std::string new_training(std::string_view title, int seats) {
  const auto made = colleague("admin").post(
      "/api/trainings", R"({"title":")" + std::string{title} +
                            R"(","category":"safety","duration":60,"instructorName":"",)" +
                            R"("maxParticipants":)" + std::to_string(seats) + "}");
  INFO(made.body);
  REQUIRE(made.status == 201);
  return "/api/trainings/" + made.at("id");
}

constexpr std::string_view if_full = R"({"waitlist":true})";

std::string id_of(http_client& who) {
  return who.get("/api/auth/me").at("id");
}

/// Ranks, seats and places as the database has them.
pg::session database() {
  auto out = pg::session::open(stacgate_node().owner_connection());
  REQUIRE(out);
  return std::move(*out);
}

std::string one(pg::session& at, const std::string& sql, const std::string& param) {
  auto found = at.run(sql, {param});
  REQUIRE(found);
  return found->text(0, 0);
}

/// People who are signed in, made all at once: their clients.
std::vector<http_client> signed_in_crowd(pg::session& at, std::size_t size) {
  std::vector<http_client> out;
  std::string ids;
  std::string hashes;
  for (std::size_t i = 0; i < size; ++i) {
    const auto token = fresh_token();
    ids += (i == 0 ? "crowd-" : ",crowd-") + std::to_string(i);
    hashes += (i == 0 ? "" : ",") + token_hash(token);
    out.push_back(intranet_visitor());
    out.back().set_cookie("connect.sid=" + token);
  }
  REQUIRE(
      at.run("insert into users (id, establishment_id, email, username, password, first_name)"
             " select id, 'est-intrasphere', id || '@crowd.invalid', id, '!', id"
             " from unnest(string_to_array($1, ',')) as id",
             {ids}));
  REQUIRE(
      at.run("insert into sessions (token_hash, id, user_id, establishment_id, expires_at)"
             " select hash, 'session-' || id, id, 'est-intrasphere', now() + interval '1 hour'"
             " from unnest(string_to_array($1, ','), string_to_array($2, ',')) as s(id, hash)",
             {ids, hashes}));
  return out;
}

/// Lets everybody act, several at a time; counts the answers by their status.
template <class Act>
std::map<int, int> at_once(std::vector<http_client>& people, Act act) {
  std::map<int, int> out;
  std::mutex guard;
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> all;
  for (int i = 0; i < 16; ++i)
    all.emplace_back([&] {
      for (auto mine = next++; mine < people.size(); mine = next++) {
        const auto status = act(people[mine], mine);
        std::lock_guard hold{guard};
        ++out[status];
      }
    });
  for (auto& each : all)
    each.join();
  return out;
}

}  // namespace

TEST_CASE("intranet: who waits for a seat gets the next one that comes free", "[db][net]") {
  auto& admin = colleague("admin");
  const auto address = new_training("Extincteurs", 1);
  auto ann = new_colleague("wait.ann");
  auto bob = new_colleague("wait.bob");
  auto cid = new_colleague("wait.cid");
  CHECK(ann.post(address + "/register", R"({"waitlist":"yes"})").status == 400);
  // A seat is better than a place on the list.
  CHECK(ann.post(address + "/register", if_full).at("status") == "registered");
  CHECK(bob.post(address + "/participants").at("message") == "Formation complète");
  const auto placed = bob.post(address + "/participants", if_full);
  CHECK(placed.status == 202);
  CHECK(placed.at("status") == "waiting");
  CHECK(placed.at("position") == "1");
  CHECK(bob.post(address + "/register", if_full).body == placed.body);
  CHECK(cid.post("/api/training-participants",
                 R"({"waitlist":true,"trainingId":")" + address.substr(15) + R"("})")
            .at("position") == "2");
  CHECK(ann.post(address + "/register", if_full).at("message") == "Déjà inscrit");

  CHECK(admin.get(address + "/waiting-list").json_at("").size() == 2);
  CHECK(admin.get(address + "/waiting-list").at("0.userId") == id_of(bob));
  CHECK(cid.get(address + "/waiting-list").json_at("").size() == 1);
  CHECK(cid.get(address + "/waiting-list").at("0.position") == "2");
  CHECK(ann.get(address + "/waiting-list").body == "[]");
  CHECK(intranet_visitor().get(address + "/waiting-list").status == 401);
  CHECK(outside_colleague().get(address + "/waiting-list").status == 404);

  // Ann leaves, Bob moves up; nobody else can take the seat in between.
  CHECK(ann.remove(address + "/unregister").status == 200);
  CHECK(admin.get(address).at("currentParticipants") == "1");
  CHECK(admin.get(address + "/participants").at("0.userId") == id_of(bob));
  CHECK(cid.get(address + "/waiting-list").at("0.position") == "1");
  CHECK(ann.post(address + "/register").status == 409);
  auto at = database();
  CHECK(one(at,
            "select payload->>'to' from jobs where kind = 'mail' and payload->>'letter' = "
            "'seat_freed'"
            " and payload#>>'{values,training}' = $1",
            "Extincteurs") == one(at, "select mail_address from users where id = $1", id_of(bob)));

  // One may give up a place, and a seat by cancelling it; a training that grows takes more in.
  CHECK(ann.post(address + "/register", if_full).at("position") == "2");
  CHECK(cid.remove(address + "/unregister").status == 200);
  CHECK(cid.remove(address + "/unregister").status == 404);
  const auto seat = admin.get(address + "/participants").at("0.id");
  CHECK(bob.patch("/api/training-participants/" + seat, R"({"status":"cancelled"})").status == 200);
  CHECK(admin.get(address).at("currentParticipants") == "1");
  CHECK(ann.get(address + "/waiting-list").body == "[]");
  CHECK(bob.post(address + "/register", if_full).status == 202);
  CHECK(cid.post(address + "/register", if_full).status == 202);
  CHECK(admin.put(address, R"({"maxParticipants":5})").status == 200);
  CHECK(admin.get(address).at("currentParticipants") == "3");
  CHECK(admin.get(address + "/waiting-list").body == "[]");
}

TEST_CASE("intranet: five hundred want twenty seats, and twenty get one", "[db][net]") {
  auto at = database();
  const auto address = new_training("Ruée", 20);
  const auto id = address.substr(15);
  auto people = signed_in_crowd(at, 500);
  const auto seats = [&] {
    return one(at,
               "select t.current_participants || ' ' || (select count(*) from training_participants"
               " p where p.training_id = t.id and p.status = 'registered') from trainings t"
               " where id = $1",
               id);
  };
  // The most that the counter ever was, whatever happens between two looks.
  REQUIRE(at.run("create table seats_seen (training_id text, taken integer)"));
  REQUIRE(
      at.run("create function see_seats() returns trigger language plpgsql security definer as"
             " $$ begin insert into seats_seen values (new.id, new.current_participants);"
             " return null; end $$"));
  REQUIRE(
      at.run("create trigger see_seats after update on trainings for each row"
             " execute function see_seats()"));

  auto first = at_once(people, [&](http_client& who, std::size_t i) {
    return who.post(address + "/register", i % 2 == 0 ? if_full : std::string_view{}).status;
  });
  CHECK(first[201] == 20);
  CHECK(first[201] + first[202] + first[409] == 500);
  const auto waiting = first[202];
  CHECK(seats() == "20 20");
  CHECK(one(at, "select count(*) from training_waiting where training_id = $1", id) ==
        std::to_string(waiting));

  // Everybody leaves whatever they have, and those without want a seat, all at the same time.
  auto second = at_once(people, [&](http_client& who, std::size_t i) {
    return i % 5 == 0 ? who.remove(address + "/unregister").status
                      : who.post(address + "/register").status;
  });
  CHECK(second[200] + second[404] == 100);
  CHECK(second[200] + second[404] + second[201] + second[409] == 500);
  CHECK(waiting > 100);
  CHECK(seats() == "20 20");
  CHECK(one(at, "select max(taken) from seats_seen where training_id = $1", id) == "20");
  REQUIRE(
      at.run("drop trigger see_seats on trainings; drop function see_seats();"
             " drop table seats_seen"));
}
