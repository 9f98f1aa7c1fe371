#include "persistence/pg/pipeline.hpp"

#include "actors/core/log.hpp"
#include "persistence/pg/sql_state.hpp"
#include "persistence/pg/weight.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <libpq-fe.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <deque>
#include <optional>
#include <unordered_map>

namespace stoa::pg {

namespace {

constexpr auto first_back_off = std::chrono::milliseconds{50};
constexpr auto last_back_off = std::chrono::milliseconds{2000};
// Statements beyond this many are sent without a name: list queries with filters make many texts.
constexpr std::size_t prepared_limit = 1000;

// For the session, and alone under its own Sync: what a later transaction rolls back must not take
// the setting with it.
constexpr const char* enter_tenant = "select set_config('stoa.establishment', $1, false)";

struct free_result {
  void operator()(PGresult* x) const noexcept { PQclear(x); }
};
using result_ptr = std::unique_ptr<PGresult, free_result>;

enum class step : std::uint8_t { prepare, statement };

/// Texts are looked up as they are, without a copy.
struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};

struct pending {
  std::vector<step> steps;
  std::vector<std::string> preparing;  // texts, in the order of their steps
  std::size_t at = 0;                  // index into steps
  std::size_t prepared = 0;            // index into preparing
  results got;
  std::optional<fault> why;
  std::size_t bytes = 0;  // of its parameters
  pipeline::clock::time_point deadline;
  pipeline::done when_done;
};

std::string field_of(const PGresult* res, int field) {
  const char* text = PQresultErrorField(res, field);
  return text ? text : "";
}

rows read_rows(const PGresult* res) {
  rows out;
  const int columns = PQnfields(res);
  const int count = PQntuples(res);
  out.shape(static_cast<std::uint32_t>(columns),
            std::strtoull(PQcmdTuples(const_cast<PGresult*>(res)), nullptr, 10));
  for (int row = 0; row < count; ++row)
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(res, row, column))
        out.add_null();
      else
        out.add(PQgetvalue(res, row, column),
                static_cast<std::size_t>(PQgetlength(res, row, column)));
    }
  return out;
}

}  // namespace

struct pipeline::state : std::enable_shared_from_this<pipeline::state> {
  using wait_kind = boost::asio::posix::stream_descriptor::wait_type;

  state(boost::asio::io_context& io, std::string info, events listen)
      : socket(io), retry(io), conninfo(std::move(info)), on(std::move(listen)) {}
  ~state() { close(); }

  // -- connecting -----------------------------------------------------------------

  void connect() {
    if (stopped)
      return;
    conn = PQconnectStart(conninfo.c_str());
    if (!conn || PQstatus(conn) == CONNECTION_BAD) {
      lose(conn ? PQerrorMessage(conn) : "out of memory");
      return;
    }
    // What a client writes can make PostgreSQL remark on it (a word too long to be indexed): that
    // is no line for standard error.
    PQsetNoticeProcessor(
        conn, [](void*, const char*) {}, nullptr);
    poll_connect();
  }

  void poll_connect() {
    switch (PQconnectPoll(conn)) {
      case PGRES_POLLING_READING:
        wait_connect(wait_kind::wait_read);
        return;
      case PGRES_POLLING_WRITING:
        wait_connect(wait_kind::wait_write);
        return;
      case PGRES_POLLING_OK:
        break;
      default:
        lose(PQerrorMessage(conn));
        return;
    }
    if (PQsetnonblocking(conn, 1) != 0 || PQenterPipelineMode(conn) != 1) {
      lose(PQerrorMessage(conn));
      return;
    }
    adopt_socket();
    ready = true;
    out_of_reach = false;
    back_off = first_back_off;
    wait_readable();
    on.changed();
  }

  void wait_connect(wait_kind what) {
    adopt_socket();  // libpq may have opened another one for the next address
    socket.async_wait(what, [self = shared_from_this(), g = generation](auto error) {
      if (g != self->generation || self->stopped)
        return;
      if (error)
        self->lose(error.message());
      else
        self->poll_connect();
    });
  }

  // Asio watches the descriptor, libpq owns it: it is released before libpq closes it.
  void adopt_socket() {
    if (socket.is_open() && socket.native_handle() == PQsocket(conn))
      return;
    if (socket.is_open())
      socket.release();
    socket.assign(PQsocket(conn));
  }

  void close() {
    ready = false;
    ++generation;
    if (socket.is_open())
      socket.release();
    if (conn)
      PQfinish(std::exchange(conn, nullptr));
    names.clear();
    tenant.reset();
    writing = false;
  }

  void lose(const std::string& why) {
    if (stopped)
      return;
    // Once per outage: the attempts that follow would only repeat it.
    if (!std::exchange(out_of_reach, true)) {
      log_of("persistence")->warn("connection lost: {}", why);
    }
    close();
    auto victims = std::exchange(queue, {});
    bytes_in_flight = 0;
    for (auto& each : victims)
      each.when_done(
          fail(fault_code::unavailable, "the database went away; try again", "connection: " + why));
    retry.expires_after(back_off);
    back_off = std::min(back_off * 2, last_back_off);
    retry.async_wait([self = shared_from_this()](auto error) {
      if (!error)
        self->connect();
    });
    on.changed();
  }

  // -- sending --------------------------------------------------------------------

  // The name of the prepared statement with this text; empty when it has to go without.
  const char* name_for(std::string_view text, pending& into) {
    if (auto found = names.find(text); found != names.end())
      return found->second.c_str();
    if (names.size() >= prepared_limit)
      return "";
    auto name = "s" + std::to_string(++last_name);
    if (PQsendPrepare(conn, name.c_str(), std::string{text}.c_str(), 0, nullptr) != 1)
      return "";
    into.steps.push_back(step::prepare);
    into.preparing.emplace_back(text);
    return names.emplace(text, std::move(name)).first->second.c_str();
  }

  bool send(std::string_view name, const char* text, const std::vector<sql_value>& params) {
    values.clear();
    for (const auto& each : params)
      values.push_back(each ? each->c_str() : nullptr);
    const int count = static_cast<int>(values.size());
    const auto* data = values.data();
    if (name.empty())
      return PQsendQueryParams(conn, text, count, nullptr, data, nullptr, nullptr, 0) == 1;
    return PQsendQueryPrepared(conn, name.data(), count, data, nullptr, nullptr, 0) == 1;
  }

  // Everything behind this runs in the name of `establishment`. Should it ever fail, nobody knows
  // in whose name the rest runs: the connection is given up, and with it every answer that follows.
  bool enter(const std::string& establishment, clock::time_point deadline) {
    pending next;
    next.deadline = deadline;
    next.when_done = [this](const outcome<results>& end) {
      if (!end && ready)
        lose("the establishment could not be set: " + end.error().cause);
    };
    const auto* name = name_for(enter_tenant, next);
    const bool sent = send(name, enter_tenant, {establishment}) && PQpipelineSync(conn) == 1;
    next.steps.push_back(step::statement);
    queue.push_back(std::move(next));
    tenant = establishment;
    return sent;
  }

  void submit(const transaction& what, clock::time_point deadline, done when_done) {
    bool sent = tenant == what.establishment || enter(what.establishment, deadline);
    pending next;
    next.deadline = deadline;
    next.when_done = std::move(when_done);
    next.got.each.reserve(what.statements.size());
    // All Parse messages go first: a statement that fails makes the server skip what follows it in
    // this transaction, and a skipped Parse would leave a name that does not exist.
    next.steps.reserve(what.statements.size());
    std::vector<const char*> prepared;
    prepared.reserve(what.statements.size());
    for (const auto& each : what.statements)
      prepared.push_back(name_for(each.sql.view(), next));
    for (std::size_t i = 0; sent && i < what.statements.size(); ++i) {
      sent = send(prepared[i], what.statements[i].sql.c_str(), what.statements[i].params);
      next.steps.push_back(step::statement);
    }
    sent = sent && PQpipelineSync(conn) == 1;
    next.bytes = weight_of(what);
    bytes_in_flight += next.bytes;
    queue.push_back(std::move(next));
    if (!sent)
      lose(PQerrorMessage(conn));
  }

  void flush() {
    if (!ready || writing)
      return;
    const int left = PQflush(conn);
    if (left < 0) {
      lose(PQerrorMessage(conn));
      return;
    }
    if (left == 0)
      return;
    writing = true;
    socket.async_wait(wait_kind::wait_write, [self = shared_from_this(), g = generation](auto e) {
      if (g != self->generation || self->stopped)
        return;
      self->writing = false;
      if (e)
        self->lose(e.message());
      else
        self->flush();
    });
  }

  // -- receiving ------------------------------------------------------------------

  void wait_readable() {
    socket.async_wait(wait_kind::wait_read, [self = shared_from_this(), g = generation](auto e) {
      if (g != self->generation || self->stopped)
        return;
      if (e || PQconsumeInput(self->conn) != 1) {
        self->lose(e ? e.message() : PQerrorMessage(self->conn));
        return;
      }
      self->read_results();
      if (g == self->generation)
        self->wait_readable();
    });
  }

  void read_results() {
    bool room = false;
    while (!queue.empty() && !PQisBusy(conn)) {
      result_ptr res{PQgetResult(conn)};
      auto& head = queue.front();
      if (!res) {
        ++head.at;  // the end of one step
        continue;
      }
      if (PQresultStatus(res.get()) == PGRES_PIPELINE_SYNC) {
        auto finished = std::move(queue.front());
        queue.pop_front();
        bytes_in_flight -= finished.bytes;
        room = true;
        if (finished.why)
          finished.when_done(std::move(*finished.why));
        else
          finished.when_done(std::move(finished.got));
        if (!conn)
          return;  // it was given up
        continue;
      }
      take(head, res.get());
    }
    if (PQstatus(conn) == CONNECTION_BAD) {
      lose(PQerrorMessage(conn));
      return;
    }
    if (room)
      on.changed();
  }

  void take(pending& head, const PGresult* res) {
    const auto what = head.at < head.steps.size() ? head.steps[head.at] : step::statement;
    const auto status = PQresultStatus(res);
    const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (what == step::prepare) {
      const auto& text = head.preparing.at(head.prepared++);
      if (!good)
        if (auto found = names.find(text); found != names.end())
          names.erase(found);
    }
    if (good) {
      if (what == step::statement)
        head.got.each.push_back(read_rows(res));
      return;
    }
    if (status == PGRES_PIPELINE_ABORTED || head.why)
      return;  // follows from the first failure, which is already noted
    head.why =
        from_sql_state(field_of(res, PG_DIAG_SQLSTATE), field_of(res, PG_DIAG_CONSTRAINT_NAME),
                       field_of(res, PG_DIAG_MESSAGE_PRIMARY));
  }

  boost::asio::posix::stream_descriptor socket;
  boost::asio::steady_timer retry;
  std::string conninfo;
  events on;
  PGconn* conn = nullptr;
  std::deque<pending> queue;
  std::size_t bytes_in_flight = 0;
  std::unordered_map<std::string, std::string, text_hash, std::equal_to<>> names;
  std::vector<const char*> values;    // of one statement; kept for its memory
  std::optional<std::string> tenant;  // in whose name the next transaction would run
  std::uint64_t last_name = 0;
  std::uint64_t generation = 0;  // callbacks of an older connection recognise themselves
  std::chrono::milliseconds back_off = first_back_off;
  bool ready = false;
  bool out_of_reach = false;
  bool writing = false;
  bool stopped = false;
};

pipeline::pipeline(boost::asio::io_context& io, std::string conninfo, events listen)
    : state_(std::make_shared<state>(io, std::move(conninfo), std::move(listen))) {
  state_->connect();
}

pipeline::~pipeline() {
  state_->stopped = true;
  state_->retry.cancel();
  state_->close();
}

bool pipeline::usable() const noexcept {
  return state_->ready;
}
bool pipeline::serves(std::string_view establishment) const noexcept {
  return state_->tenant == establishment;
}
std::size_t pipeline::in_flight() const noexcept {
  return state_->queue.size();
}
std::size_t pipeline::bytes_in_flight() const noexcept {
  return state_->bytes_in_flight;
}

pipeline::clock::time_point pipeline::oldest_deadline() const noexcept {
  return state_->queue.empty() ? clock::time_point::max() : state_->queue.front().deadline;
}

void pipeline::submit(const transaction& what, clock::time_point deadline, done when_done) {
  state_->submit(what, deadline, std::move(when_done));
}

void pipeline::flush() {
  state_->flush();
}
void pipeline::lose(const std::string& why) {
  state_->lose(why);
}

}  // namespace stoa::pg
