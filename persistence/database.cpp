#include "persistence/database.hpp"

#include "actors/core/caf.hpp"
#include "persistence/group_commit.hpp"
#include "persistence/pg/conninfo.hpp"
#include "persistence/pg/on_loop.hpp"
#include "persistence/pg/pipeline.hpp"
#include "persistence/pg/weight.hpp"

#include <boost/asio/steady_timer.hpp>
#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace stoa {

namespace {

using clock = pg::pipeline::clock;

// How often deadlines are looked at, and how long after its deadline a transaction that PostgreSQL
// holds is given up.
constexpr auto sweep_interval = std::chrono::milliseconds{100};
constexpr auto grace = std::chrono::milliseconds{500};

// What libpq cannot read it refuses when it connects, with its own words in the log.
std::vector<pg::endpoint> servers_of(const std::string& conninfo) {
  if (auto found = pg::endpoints_of(conninfo))
    return std::move(*found);
  return {{.conninfo = conninfo, .name = {}, .port = {}, .label = "the database"}};
}

/// The pool: one actor on the loop that owns every pipeline. What arrives in one turn of its
/// mailbox leaves in one write per connection.
class pool : public pg::on_loop<database_actor::base> {
public:
  using super = pg::on_loop<database_actor::base>;

  pool(caf::actor_config& cfg, caf::execution_unit& unit, boost::asio::io_context& io,
       database_options options)
      : super(cfg, unit, io),
        options_(std::move(options)),
        servers_(servers_of(options_.conninfo)),
        together_([this](transaction what, clock::time_point deadline,
                         done answer) { dispatch(std::move(what), deadline, std::move(answer)); },
                  {.waiting = options_.queue, .waiting_bytes = options_.queue_bytes}) {}

  const char* name() const override { return "persistence.pool"; }

  behavior_type make_behavior() override {
    const pg::connect_options how{options_.connect_patience, options_.patience};
    for (std::size_t i = 0; i < options_.connections; ++i)
      pipelines_.push_back(std::make_unique<pg::pipeline>(
          io_, servers_, how,
          pg::pipeline::events{.changed = [this] { advance(); },
                               .moved = [this](std::size_t server) { follow(server); }}));
    timer_.emplace(io_);
    sweep_later();
    return {
        [this](transaction& what) { return run(std::move(what)); },
        [this](how_is_the_pool) { return status(); },
    };
  }

  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t most) override {
    const auto end = super::resume(unit, most);
    flush();
    return end;
  }

  void on_exit() override {
    timer_.reset();  // on the loop, which may be gone when the last handle lets go of us
    const auto stopping = fail(fault_code::unavailable, "the server stops");
    waiting_bytes_ = 0;
    for (auto& each : std::exchange(waiting_, {}))
      each.answer(stopping);
    together_.fail_all(stopping);
    pipelines_.clear();
    super::on_exit();
  }

private:
  using done = pg::pipeline::callback;

  struct waiter {
    transaction what;
    clock::time_point deadline;
    done answer;
    std::size_t weight = 0;
  };

  caf::result<results> run(transaction what) {
    auto reply = make_response_promise<results>();
    const auto deadline =
        clock::now() +
        (what.within_ms > 0 ? std::chrono::milliseconds{what.within_ms} : options_.patience);
    done answer = [this, reply](outcome<results> end) mutable {
      if (end) {
        reply.deliver(std::move(*end));
        return;
      }
      refused_ += end.error().code == fault_code::overloaded ? 1 : 0;
      reply.deliver(to_error(end.error()));
    };
    if (group_commit::takes(what))
      together_.run(std::move(what), deadline, std::move(answer));
    else
      dispatch(std::move(what), deadline, std::move(answer));
    return reply;
  }

  void dispatch(transaction what, clock::time_point deadline, done answer) {
    if (auto* free = waiting_.empty() ? pick(what.establishment) : nullptr)
      submit(*free, std::move(what), deadline, std::move(answer));
    else
      wait(std::move(what), deadline, std::move(answer));
  }

  // An empty queue takes whatever the edge let in.
  void wait(transaction what, clock::time_point deadline, done answer) {
    const auto weight = weight_of(what);
    if (waiting_.size() >= options_.queue ||
        (!waiting_.empty() && waiting_bytes_ + weight > options_.queue_bytes)) {
      answer(fail(fault_code::overloaded, "the server is busy; try again"));
      return;
    }
    waiting_bytes_ += weight;
    waiting_.push_back({std::move(what), deadline, std::move(answer), weight});
  }

  void submit(pg::pipeline& to, transaction what, clock::time_point deadline, done answer) {
    ++served_;
    unsent_ = true;
    to.submit(std::move(what), deadline, std::move(answer));
  }

  // The usable connection with the least to do, if one has room. Changing its establishment costs
  // about as much as one more transaction.
  pg::pipeline* pick(const std::string& establishment) {
    pg::pipeline* best = nullptr;
    std::size_t least = 0;
    for (auto& each : pipelines_) {
      if (!each->usable() || each->in_flight() >= options_.per_connection ||
          each->bytes_in_flight() >= options_.per_connection_bytes)
        continue;
      const auto work = each->in_flight() + (each->serves(establishment) ? 0 : 1);
      if (!best || work < least) {
        best = each.get();
        least = work;
      }
    }
    return best;
  }

  // Sends what waits while there is room. Called by the pipelines, hence it must not destroy any.
  void advance() {
    while (!waiting_.empty()) {
      auto* free = pick(waiting_.front().what.establishment);
      if (!free)
        break;
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= next.weight;
      submit(*free, std::move(next.what), next.deadline, std::move(next.answer));
    }
    flush();
  }

  // One place has found another primary. The rest would each wait for an answer of the old one, or
  // worse, get one.
  void follow(std::size_t server) {
    for (auto& each : pipelines_)
      each->follow(server);
  }

  void flush() {
    if (std::exchange(unsent_, false))
      for (auto& each : pipelines_)
        each->flush();
  }

  void sweep_later() {
    timer_->expires_after(sweep_interval);
    timer_->async_wait([this, keep = caf::strong_actor_ptr{ctrl()}](auto error) {
      if (error || getf(caf::abstract_actor::is_terminated_flag))
        return;
      sweep();
      sweep_later();
    });
  }

  void sweep() {
    const auto present = clock::now();
    std::vector<waiter> late;
    std::erase_if(waiting_, [&](waiter& each) {
      if (each.deadline >= present)
        return false;
      waiting_bytes_ -= each.weight;
      late.push_back(std::move(each));
      return true;
    });
    for (auto& each : late)
      each.answer(fail(fault_code::unavailable, "the database does not answer; try again"));
    refused_ += late.size() + together_.expire(present);
    for (auto& each : pipelines_)
      each->expire(present, grace);
  }

  pool_status status() const {
    pool_status out;
    for (const auto& each : pipelines_) {
      out.connections += each->usable() ? 1 : 0;
      out.running += static_cast<std::uint32_t>(each->in_flight());
    }
    out.waiting = static_cast<std::uint32_t>(waiting_.size() + together_.waiting());
    out.served = served_;
    out.refused = refused_;
    return out;
  }

  database_options options_;
  std::vector<pg::endpoint> servers_;
  std::optional<boost::asio::steady_timer> timer_;
  std::vector<std::unique_ptr<pg::pipeline>> pipelines_;
  std::deque<waiter> waiting_;
  std::size_t waiting_bytes_ = 0;
  group_commit together_;
  bool unsent_ = false;
  std::uint64_t served_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace

outcome<results> run_and_wait(caf::actor_system& system, const database_actor& pool,
                              transaction what) {
  caf::scoped_actor self{system};
  outcome<results> out{fault{}};
  self->request(pool, caf::infinite, std::move(what))
      .receive([&](results& good) { out = std::move(good); },
               [&](caf::error& why) { out = to_fault(why); });
  return out;
}

database_actor open_database(database_place where, database_options options) {
  return where.unit.system().spawn<pool>(std::ref(where.unit), std::ref(where.io),
                                         std::move(options));
}

}  // namespace stoa
