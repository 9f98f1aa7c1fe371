#include "actors/jobs/clock.hpp"
#include "actors/jobs/mailer.hpp"
#include "tests/support/deterministic.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace stoa;
using namespace stoa::testing;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

/// Fails as often as the test says.
class clumsy_worker {
public:
  using protocol = worker_actor;
  static inline const char* name = "tests.worker";
  clumsy_worker(protocol::pointer, int& failures, fault_code how)
      : failures_(failures), how_(how) {}
  protocol::behavior_type make_behavior() {
    return {
        [this](const run_job&) -> caf::result<void> {
          if (failures_-- > 0)
            return to_error(fail(how_, "not now"));
          return {};
        },
    };
  }

private:
  int& failures_;
  fault_code how_;
};

const run_job twelfth{12, "school", "mail", "{}", 1, 99};

struct jobs_fixture : deterministic {
  int failures = 0;
  int attempt = 1;
  bool waiting = true;
  strings ends;
  database_actor database = start<told_database>([this](const transaction& what) {
    results out;
    const auto sql = what.statements.at(0).sql.view();
    const auto& params = what.statements.at(0).params;
    if (sql.find("skip locked") != std::string_view::npos) {
      std::vector<std::vector<std::optional<std::string>>> found;
      if (std::exchange(waiting, false))
        found.push_back({"7", "school", "mail", "{}", std::to_string(attempt), "1"});
      out.each.push_back(rows_of(6, found));
      out.each.resize(what.statements.size());
      return outcome<results>{out};
    }
    if (sql.find("delete from sessions") != std::string_view::npos)
      ends.push_back("cleaned");
    else if (sql.find("'done'") != std::string_view::npos)
      ends.push_back("done " + *params.at(0));
    else if (sql.find("'dead'") != std::string_view::npos)
      ends.push_back("dead " + *params.at(0) + " " + *params.at(1));
    else
      ends.push_back("again " + *params.at(0) + " in " + *params.at(1));
    out.each.resize(what.statements.size());
    return outcome<results>{out};
  });

  void open(fault_code how = fault_code::unavailable) {
    worker_actor worker = start<clumsy_worker>(failures, how);
    std::map<std::string, worker_actor> workers{{"mail", worker}};
    start<clock_state>(database, workers, clock_pace{});
  }
};

}  // namespace

TEST_CASE_METHOD(jobs_fixture, "a due job is run and done") {
  open();
  advance(4s);
  CHECK(ends.empty());
  advance(2s);
  CHECK(ends == strings{"done 7"});
}

TEST_CASE_METHOD(jobs_fixture, "a job that fails is tried again, later and later") {
  const std::vector<std::pair<int, std::string>> pauses{
      {1, "10"}, {2, "20"}, {4, "80"}, {7, "640"}};
  for (const auto& [number, seconds] : pauses) {
    jobs_fixture again;
    again.failures = 1;
    again.attempt = number;
    again.open();
    again.advance(6s);
    CHECK(again.ends == strings{"again 7 in " + seconds});
  }
}

TEST_CASE_METHOD(jobs_fixture, "after eight attempts a job is dead") {
  failures = 1;
  attempt = 8;
  open();
  advance(6s);
  CHECK(ends == strings{"dead 7 not now"});
}

TEST_CASE_METHOD(jobs_fixture, "a job that is wrong in itself is dead at once") {
  failures = 1;
  open(fault_code::invalid);
  advance(6s);
  CHECK(ends == strings{"dead 7 not now"});
}

TEST_CASE_METHOD(jobs_fixture, "every hour what has expired is removed") {
  waiting = false;
  open();
  advance(3'599s);
  CHECK(ends.empty());
  advance(2s);
  CHECK(ends == strings{"cleaned"});
}

TEST_CASE("a mail is plain ASCII on the wire and one line per header") {
  auto read = read_mail(R"({"to":"ann@example.org","subject":"Été à l'école","text":"Bonjour\n"})");
  REQUIRE(read);
  CHECK(message_of(*read, "stoa@school.example", twelfth, {1'767'604'800'000'000}) ==
        "From: <stoa@school.example>\r\nTo: <ann@example.org>\r\n"
        "Subject: =?utf-8?B?w4l0w6kgw6AgbCfDqWNvbGU=?=\r\n"
        "Date: Mon, 05 Jan 2026 09:20:00 +0000\r\nMessage-ID: <job-12.99@school.example>\r\n"
        "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
        "charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nQm9uam91cgo=\r\n");
  CHECK_FALSE(read_mail(R"({"to":"ann@example.org\r\nBcc: x@y.z","subject":"s","text":"t"})"));
  CHECK_FALSE(read_mail(R"({"to":"ann@example.org","subject":"a\nb","text":"t"})"));
  CHECK_FALSE(read_mail(R"({"to":"a@b.c>, <d@e.f","subject":"s","text":"t"})"));
  CHECK_FALSE(read_mail("{}"));
}

TEST_CASE("a mail with a letter has two forms, the better one last") {
  auto read = read_mail(R"({"to":"ann@example.org","letter":"seat_left","language":"en",)"
                        R"("values":{"name":"Ann","training":"Fire","start":null}})");
  REQUIRE(read);
  CHECK(read->subject == "IntraSphere - Registration cancelled");
  const auto wire = message_of(*read, "stoa@school.example", twelfth, {1'767'604'800'000'000});
  CHECK(wire.find("Content-Type: multipart/alternative; boundary=\"=_job-12\"\r\n\r\n"
                  "--=_job-12\r\nContent-Type: text/plain; charset=utf-8\r\n") !=
        std::string::npos);
  CHECK(wire.find("\r\n--=_job-12\r\nContent-Type: text/html; charset=utf-8\r\n") !=
        std::string::npos);
  CHECK(wire.ends_with("\r\n--=_job-12--\r\n"));
  CHECK(std::all_of(wire.begin(), wire.end(), [](char c) { return c > 0; }));
  for (std::size_t at = 0; at < wire.size();) {
    const auto end = wire.find("\r\n", at);
    CHECK(end - at <= 78);
    at = end + 2;
  }
  CHECK(read_mail(R"({"to":"ann@example.org","letter":"nothing"})").error().code ==
        fault_code::not_found);
}

TEST_CASE("a mail tells times as they are where its reader is") {
  const auto text_in = [](const char* language, const char* zone, const char* start) {
    auto read =
        read_mail(std::string{R"({"to":"ann@example.org","letter":"seat_taken","language":")"} +
                  language + R"(","zone":")" + zone +
                  R"(","values":{"name":"Ann","training":"Feu","start":")" + start + R"("}})");
    REQUIRE(read);
    return read->text;
  };
  CHECK(text_in("fr", "Europe/Paris", "2027-07-01 07:30 UTC")
            .find("Début : jeudi 1 juillet 2027 à 09:30\n") != std::string::npos);
  CHECK(text_in("en", "Europe/Paris", "2027-07-01T07:30:00Z")
            .find("Beginning: Thursday, 1 July 2027 at 09:30\n") != std::string::npos);
  CHECK(text_in("en", "", "2027-07-01T07:30:00Z").find("07:30 UTC\n") != std::string::npos);
  CHECK(text_in("fr", "Europe/Paris", "bientôt").find("Début : bientôt\n") != std::string::npos);
}
