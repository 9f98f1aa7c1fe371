#include "persistence/pg/session.hpp"

#include "persistence/pg/sql_state.hpp"

#include <libpq-fe.h>

#include <algorithm>

namespace stoa::pg {

// -- answer -----------------------------------------------------------------------

void answer::clear::operator()(pg_result* what) const noexcept {
  PQclear(what);
}

std::size_t answer::size() const noexcept {
  return static_cast<std::size_t>(PQntuples(result_.get()));
}

std::optional<std::string> answer::cell(std::size_t row, std::size_t column) const {
  auto r = static_cast<int>(row);
  auto c = static_cast<int>(column);
  if (PQgetisnull(result_.get(), r, c) != 0)
    return std::nullopt;
  return std::string{PQgetvalue(result_.get(), r, c),
                     static_cast<std::size_t>(PQgetlength(result_.get(), r, c))};
}

// -- session ----------------------------------------------------------------------

void session::finish::operator()(pg_conn* what) const noexcept {
  PQfinish(what);
}

outcome<session> session::open(const std::string& conninfo, std::chrono::seconds within) {
  auto complete = with_defaults(conninfo);
  if (!complete)
    return std::move(complete).error();
  auto bounded = with_keywords(*complete, {{"connect_timeout", std::to_string(within.count())}});
  if (!bounded)
    return std::move(bounded).error();
  session made{PQconnectdb(bounded->c_str())};
  if (PQstatus(made.connection_.get()) != CONNECTION_OK)
    return fail(fault_code::unavailable, "the database cannot be reached",
                PQerrorMessage(made.connection_.get()));
  // Notices are for people at a terminal; what matters here comes as an error.
  PQsetNoticeProcessor(
      made.connection_.get(), [](void*, const char*) {}, nullptr);
  return made;
}

outcome<answer> session::read(pg_result* got) {
  answer read{got};
  auto status = PQresultStatus(got);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
    return read;
  auto field = [got](int which) {
    const char* text = got != nullptr ? PQresultErrorField(got, which) : nullptr;
    return std::string{text != nullptr ? text : ""};
  };
  auto state = field(PG_DIAG_SQLSTATE);
  if (state.empty())  // libpq itself speaks: the connection is gone
    return fail(fault_code::unavailable, "the connection to the database was lost",
                PQerrorMessage(connection_.get()));
  return from_sql_state(state, field(PG_DIAG_CONSTRAINT_NAME), field(PG_DIAG_MESSAGE_PRIMARY),
                        field(PG_DIAG_TABLE_NAME));
}

outcome<answer> session::run(const std::string& sql,
                             const std::vector<std::optional<std::string>>& params) {
  std::vector<const char*> values(params.size());
  std::transform(params.begin(), params.end(), values.begin(),
                 [](const auto& value) { return value ? value->c_str() : nullptr; });
  return read(PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                           values.data(), nullptr, nullptr, 0));
}

outcome<answer> session::run(const std::string& sql) {
  return read(PQexec(connection_.get(), sql.c_str()));
}

bool session::in_transaction() const noexcept {
  auto status = PQtransactionStatus(connection_.get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

std::string session::quote_name(std::string_view name) const {
  std::string quoted = "\"";
  for (char c : name) {
    if (c == '"')
      quoted += '"';
    quoted += c;
  }
  return quoted += '"';
}

}  // namespace stoa::pg
