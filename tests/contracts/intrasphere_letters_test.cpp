#include "actors/root.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "tests/net/support.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/smtp_sink.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// An intranet of its own whose mails arrive in a sink.
struct mailing_house {
  explicit mailing_house(smtp_sink::habits how = {}) : sink(std::move(how)) {
    settings wanted;
    wanted.ephemeral = true;
    wanted.demo = true;
    wanted.site.push_back({"intrasphere", 0});
    wanted.public_url = "https://intra.example/";
    wanted.smtp_url = sink.url();
    wanted.mail_from = "stoa@intra.example";
    auto begun = node::start(wanted);
    if (!begun)
      FAIL(begun.error().text << ": " << begun.error().cause);
    one = std::move(*begun);
  }

  [[nodiscard]] http_client visitor() const { return http_client{one->sites().at(0).port}; }
  [[nodiscard]] http_client signed_in(std::string_view name, std::string_view password) const {
    auto client = visitor();
    REQUIRE(sign_in(client, name, password) == 200);
    return client;
  }
  static int sign_in(http_client& client, std::string_view name, std::string_view password) {
    return client
        .post("/api/auth/login", R"({"username":")" + std::string{name} + R"(","password":")" +
                                     std::string{password} + R"("})")
        .status;
  }
  [[nodiscard]] http_client registered(std::string_view name, std::string_view more = {}) const {
    auto client = visitor();
    const std::string text{name};
    const auto answer =
        client.post("/api/auth/register",
                    R"({"username":")" + text + R"(","password":"Secret1!","name":")" + text +
                        R"(","email":")" + text + R"(@intra.example")" + std::string{more} + "}");
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    return client;
  }
  rows run(statement what, const std::string& as = "*") const {
    auto done = run_and_wait(one->system(), one->actors().database(),
                             in_establishment(as, std::move(what)));
    REQUIRE(done);
    return std::move((*done).each.at(0));
  }

  smtp_sink sink;
  std::unique_ptr<node> one;
};

// The mails with a link to somebody, once there are so many of them.
std::vector<taken_mail> links_to(smtp_sink& sink, std::string_view address, std::size_t count) {
  std::vector<taken_mail> out;
  REQUIRE(test::until([&] {
    out = sink.taken();
    std::erase_if(out, [&](const taken_mail& each) {
      return each.to != address || !each.says("reset-password");
    });
    return out.size() >= count;
  }));
  return out;
}

std::string token_in(const taken_mail& mail) {
  const std::string before = "https://intra.example/reset-password?token=";
  const auto at = mail.text.find(before);
  REQUIRE(at != std::string::npos);
  return mail.text.substr(at + before.size(), 43);
}

std::string reset_body(const std::string& token, std::string_view password) {
  return R"({"token":")" + token + R"(","newPassword":")" + std::string{password} + R"("})";
}

}  // namespace

TEST_CASE("intranet: a forgotten password is replaced by a link that works once", "[db][net]") {
  mailing_house house;
  auto& sink = house.sink;
  auto zoe = house.registered("zoe");
  auto elsewhere = house.signed_in("zoe", "Secret1!");
  auto visitor = house.visitor();
  const auto ask = [&](std::string_view address) {
    return visitor.post("/api/auth/forgot-password",
                        R"({"email":")" + std::string{address} + R"("})");
  };
  const auto use = [&](const std::string& token, std::string_view password) {
    return visitor.post("/api/auth/reset-password", reset_body(token, password));
  };

  // Nobody learns who has an account.
  const auto known = ask("ZOE@intra.example");
  const auto unknown = ask("nobody@intra.example");
  CHECK(known.status == 200);
  CHECK(unknown.status == 200);
  CHECK(known.body == unknown.body);
  CHECK(ask("no address").status == 400);

  const auto mail = links_to(sink, "zoe@intra.example", 1).at(0);
  CHECK(mail.subject == "Réinitialisation de votre mot de passe IntraSphere");
  CHECK(mail.says("60 minutes"));
  const auto token = token_in(mail);
  CHECK(mail.html.find("href=\"https://intra.example/reset-password?token=" + token) !=
        std::string::npos);
  // Only its hash is kept, also once it is sent.
  REQUIRE(test::until(
      [&] { return house.run(prepared("select 1 from jobs where state <> 'done'")).empty(); }));
  CHECK(house.run(prepared("select 1 from jobs where payload::text like '%' || $1 || '%'", token))
            .empty());
  CHECK(
      house.run(prepared("select 1 from reset_links where token_hash like '%' || $1 || '%'", token))
          .empty());

  const auto weak = use(token, "short");
  CHECK(weak.status == 400);
  CHECK(weak.at("message") == "Mot de passe invalide");
  CHECK(use("x", "Secret2!").status == 400);
  CHECK(use(std::string(43, 'A'), "Secret2!").at("message") == "Invalid or expired reset link");
  const auto done = use(token, "Secret2!");
  CHECK(done.status == 200);
  CHECK(done.at("message") == "Password updated successfully");
  const auto told =
      house.run(prepared("select actor_id = subject_id, address from audit_entries"
                         " where action = 'user.password' and actor_name = 'zoe'"));
  REQUIRE(told.size() == 1);
  CHECK(told.text(0, 0) == "t");
  CHECK(told.text(0, 1) == "127.0.0.1");
  CHECK(zoe.get("/api/auth/me").status == 401);
  CHECK(elsewhere.get("/api/auth/me").status == 401);
  CHECK(house.sign_in(visitor, "zoe", "Secret1!") == 401);
  CHECK(house.sign_in(visitor, "zoe", "Secret2!") == 200);

  const auto again = use(token, "Secret3!");
  CHECK(again.status == 400);
  CHECK(again.at("error") == "Invalid or expired reset link");
  CHECK(visitor.get("/api/auth/me").status == 200);
}

TEST_CASE("intranet: a link to a new password expires, and falls with what it was made for",
          "[db][net]") {
  mailing_house house;
  auto max = house.registered("max");
  const auto fresh_link = [&](std::size_t number) {
    auto visitor = house.visitor();
    REQUIRE(visitor.post("/api/auth/forgot-password", R"({"email":"max@intra.example"})").status ==
            200);
    return token_in(links_to(house.sink, "max@intra.example", number).at(number - 1));
  };
  const auto use = [&](const std::string& token) {
    return house.visitor().post("/api/auth/reset-password", reset_body(token, "Secret2!")).status;
  };
  house.run(prepared("update establishments set settings = '{\"resetLinkMinutes\": 30}'"));
  const auto first = fresh_link(1);
  CHECK(links_to(house.sink, "max@intra.example", 1).at(0).says("30 minutes"));
  CHECK(house
            .run(prepared("select expires_at - created_at = interval '30 minutes'"
                          " from reset_links"))
            .flag(0, 0));
  house.run(prepared("update reset_links set expires_at = now()"));
  CHECK(use(first) == 400);

  const auto second = fresh_link(2);
  CHECK(max.put("/api/auth/password", R"({"currentPassword":"Secret1!","newPassword":"Secret3!"})")
            .status == 200);
  CHECK(use(second) == 400);

  // Three in an hour: a mailbox cannot be flooded.
  house.run(prepared("delete from reset_links"));
  for (std::size_t i = 3; i < 6; ++i)
    fresh_link(i);
  auto visitor = house.visitor();
  const auto one_more =
      visitor.post("/api/auth/forgot-password", R"({"email":"max@intra.example"})");
  CHECK(one_more.status == 429);
  house.run(prepared("select stoa_offer_reset_link($1, $1, 'x', 'y')", "max@intra.example"),
            "est-intrasphere");
  CHECK(house.run(prepared("select count(*) from reset_links")).integer(0, 0) == 3);
}

TEST_CASE("intranet: people are welcomed in their language", "[db][net]") {
  mailing_house house;
  auto ann = house.registered("ann", R"(,"language":"en")");
  CHECK(ann.get("/api/user/settings").at("language") == "en");
  const auto mail = house.sink.mails_to("ann@intra.example").at(0);
  CHECK(mail.from == "stoa@intra.example");
  CHECK(mail.subject == "Welcome to IntraSphere");
  CHECK(mail.says("Your user name: ann"));
  CHECK(mail.html.find("<p>Hello ann,</p>") != std::string::npos);

  auto admin = house.signed_in("admin", "admin123");
  const auto made = [&](std::string_view body) { return admin.post("/api/users", body).status; };
  CHECK(made(R"({"username":"bea","password":"Secret1!","name":"<b>Béa</b>",)"
             R"("email":"bea@intra.example"})") == 201);
  const auto french = house.sink.mails_to("bea@intra.example").at(0);
  CHECK(french.subject == "Bienvenue sur IntraSphere");
  CHECK(french.says("vient d'être créé pour vous"));
  CHECK(french.html.find("Bonjour &lt;b&gt;Béa&lt;/b&gt;,") != std::string::npos);
  CHECK(made(R"({"username":"bob","password":"Secret1!","name":"B","language":"xx"})") == 400);
  // Who could not be made is not greeted.
  CHECK(made(R"({"username":"ann","password":"Secret1!","name":"A",)"
             R"("email":"twin@intra.example"})") == 409);
  CHECK(house.run(prepared("select 1 from jobs where payload ->> 'to' = 'twin@intra.example'"))
            .empty());
}

TEST_CASE("intranet: a seat taken or given back is told to who wants to know", "[db][net]") {
  mailing_house house;
  auto admin = house.signed_in("admin", "admin123");
  const auto training =
      admin.post("/api/trainings", R"({"title":"Sécurité","category":"safety","duration":60,)"
                                   R"("instructorName":"J","location":"Lyon",)"
                                   R"("startDate":"2027-07-01T07:30:00Z"})");
  INFO(training.body);
  REQUIRE(training.status == 201);
  const auto address = "/api/trainings/" + training.at("id");
  house.run(
      prepared("update establishments set settings = coalesce(settings, '{}')"
               " || '{\"timezone\":\"Europe/Paris\"}'"));
  auto ann = house.registered("ann", R"(,"language":"en")");
  auto quiet = house.registered("quiet");
  REQUIRE(quiet.post("/api/user/settings", R"({"emailNotifications":false})").status == 200);
  for (auto* each : {&quiet, &ann}) {
    CHECK(each->post(address + "/register").status == 201);
    CHECK(each->post(address + "/register").status == 409);
    CHECK(each->remove(address + "/unregister").status == 200);
    CHECK(each->remove(address + "/unregister").status == 404);
  }
  const auto again = ann.post(address + "/register");
  CHECK(again.status == 201);
  CHECK(ann.patch("/api/training-participants/" + again.at("id"), R"({"status":"cancelled"})")
            .status == 200);
  const auto mails = house.sink.mails_to("ann@intra.example", 5);
  std::vector<std::string> subjects;
  for (const auto& each : mails)
    subjects.push_back(each.subject);
  const std::string taken = "IntraSphere - Training registration";
  const std::string left = "IntraSphere - Registration cancelled";
  std::sort(subjects.begin(), subjects.end());
  CHECK(subjects == std::vector<std::string>{left, left, taken, taken, "Welcome to IntraSphere"});
  for (const auto& each : mails)
    if (each.subject == taken) {
      CHECK(each.says("“Sécurité” is confirmed"));
      CHECK(each.says("Place: Lyon"));
      CHECK(each.says("Beginning: Thursday, 1 July 2027 at 09:30\n"));
    }
  CHECK(house
            .run(prepared("select count(*) from jobs where payload ->> 'to' ="
                          " 'quiet@intra.example'"))
            .integer(0, 0) == 1);
}

TEST_CASE("intranet: a mail refused for now is tried again, one refused for good is dead",
          "[db][net]") {
  std::atomic<int> busy = 1;
  smtp_sink::habits how;
  how.refuses = [&](const std::string& address) -> std::string {
    if (address == "gone@intra.example")
      return "550 no such mailbox";
    return address == "busy@intra.example" && busy-- > 0 ? "451 try again later" : "";
  };
  mailing_house house{std::move(how)};
  auto gone = house.registered("gone");
  auto busy_one = house.registered("busy");
  const auto job = [&](const char* address) {
    return house.run(
        prepared("select state, attempts, last_error, run_at > now(),"
                 " leased_until is null from jobs where payload ->> 'to' = $1",
                 address));
  };
  REQUIRE(test::until([&] { return job("gone@intra.example").text(0, 0) == "dead"; }));
  CHECK(job("gone@intra.example").integer(0, 1) == 1);
  CHECK(job("gone@intra.example").text(0, 2).find("550") != std::string::npos);
  REQUIRE(test::until([&] {
    const auto row = job("busy@intra.example");
    return row.integer(0, 1) == 1 && row.flag(0, 4);
  }));
  CHECK(job("busy@intra.example").text(0, 0) == "waiting");
  CHECK(job("busy@intra.example").flag(0, 3));
  CHECK(house.sink.taken().empty());
  house.run(prepared("update jobs set run_at = now() where state = 'waiting'"));
  CHECK(house.sink.mails_to("busy@intra.example").size() == 1);
  REQUIRE(test::until([&] { return job("busy@intra.example").text(0, 0) == "done"; }));
  CHECK(job("busy@intra.example").integer(0, 1) == 2);
}

TEST_CASE("intranet: who follows a topic gets a letter in an hour, unless he wants none",
          "[db][net]") {
  mailing_house house;
  auto nell = house.registered("nell");
  auto otto = house.registered("otto", R"(,"language":"en")");
  auto pia = house.registered("pia");
  REQUIRE(pia.post("/api/user/settings", R"({"emailNotifications":false})").status == 200);
  const auto topic =
      nell.post("/api/forum/topics", R"({"title":"Jardin","categoryId":"forum-cat-1"})").at("id");
  const auto address = "/api/forum/topics/" + topic + "/subscription";
  REQUIRE(otto.put(address, "").status == 200);
  REQUIRE(pia.put(address, "").status == 200);
  auto marie = house.signed_in("marie.martin", "password123");
  for (const auto* text : {"Des tomates <b>?", "Des courges ?"})
    REQUIRE(marie
                .post("/api/forum/posts",
                      R"({"topicId":")" + topic + R"(","content":")" + std::string{text} + R"("})")
                .status == 201);
  REQUIRE(test::until([&] {
    return house.run(prepared("select 1 from jobs where kind = 'mail' and state <> 'done'"))
        .empty();
  }));
  std::map<std::string, std::vector<taken_mail>> to;
  for (auto& each : house.sink.taken())
    if (each.subject == "IntraSphere - Forum")
      to[each.to].push_back(each);
  REQUIRE(to["nell@intra.example"].size() == 1);
  REQUIRE(to["otto@intra.example"].size() == 1);
  CHECK(to["pia@intra.example"].empty());
  const auto& mail = to["nell@intra.example"].at(0);
  CHECK(mail.says("Bonjour nell,"));
  CHECK(mail.says("Marie Martin — Jardin"));
  CHECK(mail.says("Des tomates <b>?"));
  CHECK(mail.html.find("Des tomates &lt;b&gt;?") != std::string::npos);
  CHECK(to["otto@intra.example"].at(0).says("Hello otto,"));
  // The rows are there for all of them, for each reply.
  CHECK(house.run(prepared("select 1 from notifications where data ->> 'topicId' = $1", topic))
            .size() == 6);
}
