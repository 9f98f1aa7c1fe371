#include "persistence/pg/pooler.hpp"

#include "persistence/pg/connector.hpp"
#include "persistence/pg/conninfo.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <memory>
#include <poll.h>
#include <random>

namespace stoa::pg {

namespace {

using clock = std::chrono::steady_clock;

fault silent(const std::string& cause) {
  return fail(
      fault_code::unavailable,
      "the database does not answer; a pooler in front of it needs two sessions for each of "
      "database_connections",
      cause);
}

outcome<connection_ptr> open_connection(const std::string& conninfo,
                                        std::chrono::seconds patience) {
  auto bounded = with_defaults(conninfo);
  if (bounded)
    bounded = with_keywords(*bounded, {{"connect_timeout", std::to_string(patience.count())}});
  if (!bounded)
    return std::move(bounded).error();
  connection_ptr out{PQconnectdb(bounded->c_str())};
  if (PQstatus(out.get()) != CONNECTION_OK)
    return fail(fault_code::unavailable, "the database cannot be reached",
                PQerrorMessage(out.get()));
  return out;
}

// PQexec waits for ever, and a pooler whose sessions are all taken lets its clients wait.
outcome<std::string> first_cell(PGconn* connection, const std::string& sql,
                                clock::time_point deadline) {
  if (PQsendQuery(connection, sql.c_str()) != 1)
    return silent(PQerrorMessage(connection));
  std::string out;
  for (;;) {
    while (PQisBusy(connection) == 0) {
      std::unique_ptr<PGresult, void (*)(PGresult*)> got{PQgetResult(connection), PQclear};
      if (!got)
        return out;
      const auto status = PQresultStatus(got.get());
      if (status == PGRES_TUPLES_OK)
        out = PQgetvalue(got.get(), 0, 0);
      else if (status != PGRES_COMMAND_OK)
        return silent(PQerrorMessage(connection));
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock::now()).count();
    pollfd readable{PQsocket(connection), POLLIN, 0};
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) <= 0)
      return silent("no answer in time");
    if (PQconsumeInput(connection) != 1)
      return silent(PQerrorMessage(connection));
  }
}

}  // namespace

outcome<void> refuse_shared_sessions(const std::string& conninfo, std::chrono::seconds patience) {
  const auto deadline = clock::now() + patience;
  auto first = open_connection(conninfo, patience);
  if (!first)
    return std::move(first).error();
  auto process = first_cell(first->get(), "select pg_backend_pid()", deadline);
  if (!process)
    return std::move(process).error();
  if (*process == std::to_string(PQbackendPID(first->get())))
    return {};
  // A mark of our own: one that an earlier look left in a session of the pooler would mislead.
  std::random_device random;
  const auto mark = fmt::format("{:08x}{:08x}", random(), random());
  auto second = open_connection(conninfo, patience);
  if (!second)
    return std::move(second).error();
  auto marked = first_cell(first->get(),
                           fmt::format("select set_config('stoa.pooler_probe', '{}', false)", mark),
                           deadline);
  if (!marked)
    return std::move(marked).error();
  // The second holds its session while the first asks again: if sessions are shared, either the
  // second has that of the first, or the first gets another one now.
  constexpr const char* read_mark =
      "select coalesce(current_setting('stoa.pooler_probe', true), '')";
  auto theirs = first_cell(second->get(), fmt::format("begin; {}", read_mark), deadline);
  if (!theirs)
    return std::move(theirs).error();
  auto ours = first_cell(first->get(), read_mark, deadline);
  if (!ours)
    return std::move(ours).error();
  if (*theirs != mark && *ours == mark)
    return {};
  return fail(fault_code::forbidden,
              "a pooler in front of the database gives each transaction another session, so one "
              "establishment's requests would run in the name of another; set its pool_mode to "
              "session");
}

}  // namespace stoa::pg
