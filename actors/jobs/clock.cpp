#include "actors/jobs/clock.hpp"

#include "actors/core/log.hpp"
#include "actors/jobs/file_remover.hpp"
#include "actors/jobs/job_rows.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace stoa {

namespace {

void log_stale(std::uint64_t dropped) {
  if (dropped > 0)
    log_of("jobs")->warn("{} jobs were too late and are dead", dropped);
}

}  // namespace

clock_state::clock_state(protocol::pointer self, database_actor database,
                         std::map<std::string, worker_actor> workers, clock_pace pace)
    : self_(self), database_(std::move(database)), workers_(std::move(workers)), pace_(pace) {}

clock_state::protocol::behavior_type clock_state::make_behavior() {
  beat();
  clean();
  return {
      [this](look_for_jobs) { look(); },
  };
}

void clock_state::beat() {
  after_delay(self_, pace_.beat, [this] {
    look();
    beat();
  });
}

void clock_state::clean() {
  after_delay(self_, pace_.clean, [this] {
    ask(self_, database_, clean_up())
        .then(
            [](results& done) {
              log_of("jobs")->info("{} expired sessions and {} old jobs removed",
                                   done[0].affected(), done[1].affected());
              log_stale(done[3].affected());
            },
            [](caf::error& why) {
              // The next clean-up finds the same rows.
              log_of("jobs")->warn("no clean-up: {}", in_full(to_fault(why)));
            });
    clean();
  });
}

void clock_state::look() {
  if (looking_ || workers_.empty() || running_ >= pace_.running)
    return;
  looking_ = true;
  std::vector<std::string> kinds;
  for (const auto& [kind, worker] : workers_)
    kinds.push_back(kind);
  ask(self_, database_, claim_jobs(kinds, pace_.running - running_))
      .then(
          [this](results& found) {
            looking_ = false;
            hand_out(found[0]);
            log_stale(found[1].affected());
          },
          [this](caf::error& why) {
            looking_ = false;
            log_of("jobs")->warn("no jobs could be claimed: {}", in_full(to_fault(why)));
          });
}

void clock_state::hand_out(const rows& claimed) {
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    run_job next{claimed.integer(i, 0),
                 claimed.text(i, 1),
                 claimed.text(i, 2),
                 claimed.text(i, 3),
                 static_cast<std::uint32_t>(claimed.integer(i, 4)),
                 claimed.integer(i, 5)};
    const auto worker = workers_.find(next.kind);
    if (worker == workers_.end())
      continue;  // not asked for; its claim lapses
    ++running_;
    ask(self_, worker->second, next)
        .then([this, next] { finished(next); },
              [this, next](caf::error& why) { failed(next, to_fault(why)); });
  }
}

void clock_state::finished(const run_job& what) {
  settle(what.id, finish_job(what.id));
}

void clock_state::failed(const run_job& what, const fault& why) {
  const auto error = why.cause.empty() ? why.text : why.text + ": " + why.cause;
  // What is wrong in itself does not become right by waiting. Bytes that were promised to go are
  // tried for as long as their job lasts.
  const bool has_tries = what.attempt < pace_.attempts || what.kind == remove_file_job;
  if (!has_tries || why.code == fault_code::invalid) {
    log_of("jobs")->error("job {} ({}) is dead after {} attempts: {}", what.id, what.kind,
                          what.attempt, error);
    settle(what.id, bury_job(what.id, error));
    return;
  }
  auto pause = pace_.first_pause;
  for (std::uint32_t i = 1; i < what.attempt && pause < pace_.longest_pause; ++i)
    pause *= 2;
  pause = std::min(pause, pace_.longest_pause);
  settle(what.id, retry_job(what.id, static_cast<std::uint32_t>(pause.count()), error));
}

void clock_state::settle(std::int64_t id, transaction how) {
  ask(self_, database_, std::move(how))
      .then(
          [this](results&) {
            // A full house may have left others waiting.
            if (running_-- == pace_.running)
              look();
          },
          [this, id](caf::error& why) {
            // Its claim lapses and it is run again.
            --running_;
            log_of("jobs")->warn("the end of job {} is not written: {}", id,
                                 in_full(to_fault(why)));
          });
}

}  // namespace stoa
