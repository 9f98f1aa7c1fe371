// PgBouncer in front of PostgreSQL: sessions are ours alone, or we do not serve.
#include "persistence/pg/pooler.hpp"

#include "persistence/bootstrap.hpp"
#include "persistence/process.hpp"
#include "tests/persistence/scratch_pool.hpp"
#include "tests/support/holder.hpp"
#include "tests/support/ports.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace stoa;
using namespace stoa::testing;
using namespace std::chrono_literals;

namespace {

/// A real PgBouncer in front of the PostgreSQL of these tests, gone with its test.
class pgbouncer {
public:
  pgbouncer(const std::string& pool_mode, int pool_size) : port_(free_port()) {
    auto account = unprivileged_user();
    REQUIRE(account);
    if (*account)
      REQUIRE(::chown(folder_.path().c_str(), (*account)->uid, (*account)->gid) == 0);
    const auto owner = shared_postgres().owner_connection("postgres");
    const auto users = folder_.path() / "users";
    std::ofstream{users} << R"("stoa_app" "")" << '\n' << R"("stoa_owner" "")" << '\n';
    const auto settings = folder_.path() / "pgbouncer.ini";
    std::ofstream{settings} << "[databases]\n* = host="
                            << pg::keyword(owner, "host").operator*().value_or("")
                            << " port=5432\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = "
                            << port_ << "\nunix_socket_dir =\nauth_type = trust\nauth_file = "
                            << users.string() << "\npool_mode = " << pool_mode
                            << "\ndefault_pool_size = " << pool_size << '\n';
    auto started = start_child({.arguments = {"/usr/sbin/pgbouncer", "-q", settings.string()},
                                .as = *account,
                                .output = folder_.path() / "log",
                                .when_we_die = SIGKILL});
    if (!started)
      FAIL(started.error().text << ": " << started.error().cause);
    process_ = *started;
  }
  ~pgbouncer() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  pgbouncer(const pgbouncer&) = delete;
  pgbouncer& operator=(const pgbouncer&) = delete;

  [[nodiscard]] std::string to(const std::string& conninfo) const {
    auto out =
        pg::with_keywords(conninfo, {{"host", "127.0.0.1"}, {"port", std::to_string(port_)}});
    REQUIRE(out);
    if (!eventually([&] { return static_cast<bool>(pg::session::open(*out, 2s)); }))
      FAIL("PgBouncer does not serve: " << tail_of(folder_.path() / "log"));
    return *out;
  }

private:
  scratch_folder folder_;
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
};

}  // namespace

TEST_CASE("a pooler that shares sessions is refused with what to set, before anything is migrated",
          "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  const pgbouncer pooler{"transaction", 20};
  const auto refused = prepare_database(pooler.to(empty.owner()), pooler.to(empty.app()));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == fault_code::forbidden);
  CHECK(refused.error().text.find("pool_mode to session") != std::string::npos);
  auto owner = empty.owner_session();
  CHECK(first_value(owner, "select count(*) from pg_tables where schemaname = 'public'") == "0");
}

TEST_CASE("a pooler that shares its only session is no hang", "[db]") {
  scratch_database any;
  const pgbouncer pooler{"transaction", 1};
  const auto refused = pg::refuse_shared_sessions(pooler.to(any.app()), 2s);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == fault_code::unavailable);
}

TEST_CASE("a pooler that keeps sessions apart serves, and no tenant sees another's rows", "[db]") {
  scratch_database real;
  const pgbouncer pooler{"session", 20};
  const auto through = pooler.to(real.app());
  REQUIRE(pg::refuse_shared_sessions(through));
  scratch_pool p{{.conninfo = through, .connections = 2}};
  REQUIRE(p.run(in_establishment("*", add_establishment("a"), add_establishment("b"))));
  for (int i = 0; i < 20; ++i)
    for (const std::string tenant : {"a", "b", ""}) {
      const auto seen =
          p.run(tenant, prepared("select coalesce(string_agg(id, ','), '') from establishments"));
      REQUIRE(seen);
      CHECK((*seen)[0].text(0, 0) == tenant);
    }
}

TEST_CASE("a pooler that begins to share sessions later mixes nobody's rows", "[db]") {
  scratch_database real;
  auto owner = real.owner_session();
  run(owner, "insert into establishments (id, name, slug) values ('a', 'a', 'a'), ('b', 'b', 'b')");
  const pgbouncer pooler{"transaction", 3};
  scratch_pool p{{.conninfo = pooler.to(real.app()), .connections = 4}};
  caf::scoped_actor self{*p.system};
  int right = 0;
  std::vector<std::function<void()>> answers;
  for (int i = 0; i < 200; ++i) {
    const std::string tenant = i % 2 == 0 ? "a" : "b";
    auto handle = self->request(
        p.database, caf::infinite,
        in_establishment(tenant,
                         prepared(sql_text{fmt::format(
                             "select string_agg(id, ','), {} from establishments", i % 7)})));
    answers.emplace_back(
        [&right, tenant, i, handle = std::make_shared<decltype(handle)>(std::move(handle))] {
          handle->receive(
              [&](results& got) {
                CHECK(got[0].text(0, 0) == tenant);
                CHECK(got[0].integer(0, 1) == i % 7);
                ++right;
              },
              [](caf::error& why) { CHECK(to_fault(why).code == fault_code::unavailable); });
        });
  }
  for (auto& each : answers)
    each();
  CHECK(right > 0);
}
