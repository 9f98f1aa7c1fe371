#include "persistence/pg/link.hpp"

#include "actors/core/log.hpp"
#include "persistence/pg/sql_state.hpp"
#include "persistence/pg/weight.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <deque>
#include <optional>
#include <random>
#include <unordered_map>

namespace stoa::pg {

namespace {

// Statements beyond this many are sent without a name: list queries with filters make many texts.
constexpr std::size_t prepared_limit = 1000;

// For the session, and alone under its own Sync: what a later transaction rolls back must not take
// the setting with it.
constexpr const char* enter_tenant = "select set_config('stoa.establishment', $1, false)";
// For this transaction only: behind a pooler the next one may run in another session.
constexpr const char* enter_tenant_locally = "select set_config('stoa.establishment', $1, true)";
constexpr const char* allow_more_time = "select set_config('statement_timeout', $1, true)";

struct free_result {
  void operator()(PGresult* x) const noexcept { PQclear(x); }
};
using result_ptr = std::unique_ptr<PGresult, free_result>;

enum class step : std::uint8_t { prepare, setting, statement };

/// Texts are looked up as they are, without a copy.
struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};

struct pending {
  transaction what;  // for a second attempt
  std::vector<step> steps;
  std::vector<std::string> preparing;  // texts, in the order of their steps
  std::size_t at = 0;                  // index into steps
  std::size_t prepared = 0;            // index into preparing
  results got;
  std::optional<fault> why;
  std::string sql_state;  // of `why`
  std::size_t bytes = 0;  // of its parameters
  link::clock::time_point deadline;
  link::callback on_complete;  // none once it was called
  bool is_second_attempt = false;
  bool is_ours = false;  // nobody asked for it, so nobody waits for its answer
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

// "cached plan must not change result type", and a prepared statement that is not there.
bool is_stale_plan(std::string_view sql_state) {
  return sql_state == "0A000" || sql_state == "26000";
}

class pipelined_link final : public link {
public:
  pipelined_link(boost::asio::io_context& io, connected established,
                 std::chrono::milliseconds statement_timeout, events listen)
      : socket_(io),
        connection_(std::move(established.connection)),
        is_pooled_(established.is_pooled),
        statement_timeout_(statement_timeout),
        on_(std::move(listen)) {
    if (is_pooled_)  // another client's session may have an `s1` with another text
      name_prefix_ = fmt::format("s{:08x}_", std::random_device{}());
  }
  ~pipelined_link() override { abandon(); }

  void start() {
    socket_.assign(PQsocket(connection_.get()));
    wait_readable();
  }

  bool is_stalled() const noexcept override { return stalled_; }
  bool serves(std::string_view establishment) const noexcept override {
    return is_pooled_ || tenant_ == establishment;
  }
  std::size_t in_flight() const noexcept override { return queue_.size(); }
  std::size_t bytes_in_flight() const noexcept override { return bytes_in_flight_; }

  // -- sending --------------------------------------------------------------------

  void submit(transaction what, clock::time_point deadline, callback on_complete) override {
    pending next;
    next.what = std::move(what);
    next.deadline = deadline;
    next.on_complete = std::move(on_complete);
    submit(std::move(next));
  }

  void flush() override {
    if (!connection_ || writing_)
      return;
    const int left = PQflush(connection_.get());
    if (left < 0) {
      close(PQerrorMessage(connection_.get()));
      return;
    }
    if (left == 0)
      return;
    writing_ = true;
    socket_.async_wait(wait_kind::wait_write, [self = shared_from_this(), this](auto error) {
      if (!connection_)
        return;
      writing_ = false;
      if (error)
        close(error.message());
      else
        flush();
    });
  }

  // -- giving up ------------------------------------------------------------------

  void expire(clock::time_point present, std::chrono::milliseconds grace) override {
    if (!queue_.empty() && queue_.front().deadline + grace < present)
      stalled_ = true;
    std::vector<callback> late;
    for (auto& each : queue_)
      if (each.on_complete && !each.is_ours && each.deadline + grace < present)
        late.push_back(std::exchange(each.on_complete, {}));
    for (auto& each : late)
      each(fail(fault_code::unavailable, "the database does not answer; try again",
                "no answer within the deadline"));
  }

  void close(const std::string& why) override {
    if (!connection_)
      return;
    const auto self = shared_from_this();
    auto victims = std::exchange(queue_, {});
    abandon();
    on_.lost(why);  // first: whoever is answered may ask again at once
    for (auto& each : victims)
      if (each.on_complete && !each.is_ours)
        each.on_complete(fail(fault_code::unavailable, "the database went away; try again",
                              "connection: " + why));
  }

  // Asio watches the descriptor, libpq owns it: it is released before libpq closes it.
  void abandon() noexcept override {
    bytes_in_flight_ = 0;
    if (socket_.is_open())
      socket_.release();
    connection_.reset();
  }

private:
  using wait_kind = boost::asio::posix::stream_descriptor::wait_type;

  // The name of the prepared statement with this text; empty when it has to go without.
  const char* name_for(std::string_view text, pending& into) {
    if (auto found = names_.find(text); found != names_.end())
      return found->second.c_str();
    if (names_.size() >= prepared_limit)
      return "";
    auto name = name_prefix_ + std::to_string(++last_name_);
    if (PQsendPrepare(connection_.get(), name.c_str(), std::string{text}.c_str(), 0, nullptr) != 1)
      return "";
    // For whoever looks after the database: each text once for each connection.
    log_of("statements")->trace("{}", text);
    into.steps.push_back(step::prepare);
    into.preparing.emplace_back(text);
    return names_.emplace(text, std::move(name)).first->second.c_str();
  }

  bool send(std::string_view name, const char* text, const std::vector<sql_value>& params) {
    values_.clear();
    for (const auto& each : params)
      values_.push_back(each ? each->c_str() : nullptr);
    const int count = static_cast<int>(values_.size());
    const auto* data = values_.data();
    if (name.empty())
      return PQsendQueryParams(connection_.get(), text, count, nullptr, data, nullptr, nullptr,
                               0) == 1;
    return PQsendQueryPrepared(connection_.get(), name.data(), count, data, nullptr, nullptr, 0) ==
           1;
  }

  // A transaction of ours that nobody asked for: one statement under a Sync of its own.
  bool send_alone(const char* text, const std::vector<sql_value>& params,
                  clock::time_point deadline, callback on_complete) {
    pending next;
    next.deadline = deadline;
    next.on_complete = std::move(on_complete);
    next.is_ours = true;
    const auto* name = params.empty() ? "" : name_for(text, next);
    const bool sent = send(name, text, params) && PQpipelineSync(connection_.get()) == 1;
    next.steps.push_back(step::setting);
    queue_.push_back(std::move(next));
    return sent;
  }

  // Everything behind this runs in the name of `establishment`. Should it ever fail, nobody knows
  // in whose name the rest runs: the connection is given up, and with it every answer that follows.
  bool enter(const std::string& establishment, clock::time_point deadline) {
    tenant_ = establishment;
    return send_alone(enter_tenant, {establishment}, deadline, [this](const outcome<results>& end) {
      if (!end)
        close("the establishment could not be set: " + end.error().cause);
    });
  }

  // Settings that end with the transaction, in front of its statements.
  bool send_local_settings(const pending& next, std::vector<const char*>& names,
                           std::size_t& used) {
    bool sent = true;
    const auto set = [&](const char* text, std::string value) {
      sent = sent && send(names[used++], text, {std::move(value)});
    };
    if (is_pooled_)
      set(enter_tenant_locally, next.what.establishment);
    if (needs_more_time(next.what))
      set(allow_more_time, std::to_string(next.what.within_ms));
    return sent;
  }

  bool needs_more_time(const transaction& what) const {
    return std::chrono::milliseconds{what.within_ms} > statement_timeout_;
  }

  void submit(pending next) {
    bool sent = is_pooled_ || tenant_ == next.what.establishment ||
                enter(next.what.establishment, next.deadline);
    const auto& statements = next.what.statements;
    next.got.each.reserve(statements.size());
    next.steps.reserve(statements.size());
    // All Parse messages go first: a statement that fails makes the server skip what follows it in
    // this transaction, and a skipped Parse would leave a name that does not exist.
    std::vector<const char*> prepared;
    prepared.reserve(statements.size() + 2);
    if (is_pooled_)
      prepared.push_back(name_for(enter_tenant_locally, next));
    if (needs_more_time(next.what))
      prepared.push_back(name_for(allow_more_time, next));
    const auto settings = prepared.size();
    for (const auto& each : statements)
      prepared.push_back(name_for(each.sql.view(), next));
    std::size_t used = 0;
    sent = sent && send_local_settings(next, prepared, used);
    next.steps.insert(next.steps.end(), settings, step::setting);
    for (std::size_t i = 0; sent && i < statements.size(); ++i) {
      sent = send(prepared[used++], statements[i].sql.c_str(), statements[i].params);
      next.steps.push_back(step::statement);
    }
    sent = sent && PQpipelineSync(connection_.get()) == 1;
    next.bytes = weight_of(next.what);
    bytes_in_flight_ += next.bytes;
    queue_.push_back(std::move(next));
    if (!sent)
      close(PQerrorMessage(connection_.get()));
  }

  // -- receiving ------------------------------------------------------------------

  void wait_readable() {
    socket_.async_wait(wait_kind::wait_read, [self = shared_from_this(), this](auto error) {
      if (!connection_)
        return;
      if (error || PQconsumeInput(connection_.get()) != 1) {
        close(error ? error.message() : PQerrorMessage(connection_.get()));
        return;
      }
      read_results();
      if (connection_)
        wait_readable();
    });
  }

  void read_results() {
    bool room = false;
    while (connection_ && !queue_.empty() && PQisBusy(connection_.get()) == 0) {
      result_ptr res{PQgetResult(connection_.get())};
      auto& head = queue_.front();
      if (!res) {
        ++head.at;  // the end of one step
        continue;
      }
      if (PQresultStatus(res.get()) == PGRES_PIPELINE_SYNC) {
        auto finished = std::move(queue_.front());
        queue_.pop_front();
        bytes_in_flight_ -= finished.bytes;
        room = true;
        finish(std::move(finished));
        continue;
      }
      take(head, res.get());
    }
    if (!connection_)
      return;  // it was given up
    if (PQstatus(connection_.get()) == CONNECTION_BAD) {
      close(PQerrorMessage(connection_.get()));
      return;
    }
    if (!room)
      return;
    stalled_ = stalled_ && !queue_.empty() && queue_.front().deadline < clock::now();
    on_.changed();
  }

  void take(pending& head, const PGresult* res) {
    const auto what = head.at < head.steps.size() ? head.steps[head.at] : step::statement;
    const auto status = PQresultStatus(res);
    const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (what == step::prepare) {
      const auto& text = head.preparing.at(head.prepared++);
      if (!good)
        if (auto found = names_.find(text); found != names_.end())
          names_.erase(found);
    }
    if (good) {
      if (what == step::statement)
        head.got.each.push_back(read_rows(res));
      return;
    }
    if (status == PGRES_PIPELINE_ABORTED || head.why)
      return;  // follows from the first failure, which is already noted
    head.sql_state = field_of(res, PG_DIAG_SQLSTATE);
    head.why =
        from_sql_state(head.sql_state, field_of(res, PG_DIAG_CONSTRAINT_NAME),
                       field_of(res, PG_DIAG_MESSAGE_PRIMARY), field_of(res, PG_DIAG_TABLE_NAME));
  }

  void finish(pending finished) {
    if (finished.why && is_stale_plan(finished.sql_state) && !finished.is_second_attempt &&
        finished.on_complete) {
      try_again(std::move(finished));
      return;
    }
    const bool may_not_write = finished.sql_state == "25006";
    if (finished.on_complete) {
      if (finished.why)
        finished.on_complete(std::move(*finished.why));
      else
        finished.on_complete(std::move(finished.got));
    }
    if (may_not_write && connection_)
      on_.read_only();
  }

  // The statements of a transaction are planned anew and run once more. Under one Sync they stand
  // or fall together, so nothing of the first attempt is left.
  void try_again(pending failed) {
    for (const auto& each : failed.what.statements)
      forget(each.sql.view(), failed.deadline);
    if (is_pooled_)
      forget(enter_tenant_locally, failed.deadline);
    if (needs_more_time(failed.what))
      forget(allow_more_time, failed.deadline);
    pending again;
    again.what = std::move(failed.what);
    again.deadline = failed.deadline;
    again.on_complete = std::move(failed.on_complete);
    again.is_second_attempt = true;
    submit(std::move(again));
    flush();
  }

  void forget(std::string_view text, clock::time_point deadline) {
    const auto found = names_.find(text);
    if (found == names_.end())
      return;
    const auto name = std::move(found->second);
    names_.erase(found);
    send_alone(("deallocate " + name).c_str(), {}, deadline, {});
  }

  boost::asio::posix::stream_descriptor socket_;
  connection_ptr connection_;  // none once it is closed
  bool is_pooled_;
  std::chrono::milliseconds statement_timeout_;
  events on_;
  std::deque<pending> queue_;
  std::size_t bytes_in_flight_ = 0;
  std::unordered_map<std::string, std::string, text_hash, std::equal_to<>> names_;
  std::string name_prefix_ = "s";
  std::vector<const char*> values_;    // of one statement; reused for its memory
  std::optional<std::string> tenant_;  // in whose name the next transaction would run
  std::uint64_t last_name_ = 0;
  bool writing_ = false;
  bool stalled_ = false;
};

}  // namespace

std::shared_ptr<link> link::open(boost::asio::io_context& io, connected established,
                                 std::chrono::milliseconds statement_timeout, events listen) {
  auto made = std::make_shared<pipelined_link>(io, std::move(established), statement_timeout,
                                               std::move(listen));
  made->start();
  return made;
}

}  // namespace stoa::pg
