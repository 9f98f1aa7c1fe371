#pragma once

#include "actors/groups/events.hpp"
#include "actors/groups/stream_log.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stoa::testing {

/// An outbox that keeps what it is sent.
class kept_outbox final : public outbox {
public:
  bool push(const frame& what, urgency how) override {
    frames.emplace_back(what.text());
    urgencies.push_back(how);
    return true;
  }
  void close(close_code code, std::string) override { closed = code; }

  std::vector<std::string> frames;
  std::vector<urgency> urgencies;
  std::optional<close_code> closed;
};

/// A view whose frames are short enough to compare: `3:message`, `replay 1 2`, `live 3`.
class plain_view final : public view {
public:
  frame event(const stream_event& what) const override {
    return frame{std::to_string(what.seq) + ":" + what.kind};
  }
  frame signal(const stream_signal& what) const override { return frame{"signal " + what.kind}; }
  frame greeting(const std::string&, const followed& what) const override {
    if (what.reload)
      return frame{"reload " + std::to_string(what.last)};
    return frame{(what.live ? "live " : "more ") + std::to_string(what.to)};
  }
  frame heartbeat(const std::string&, std::uint64_t last) const override {
    return frame{"beat " + std::to_string(last)};
  }
  frame gap(const std::string&) const override { return frame{"gap"}; }
  frame replay(std::span<const event_ptr> events) const override {
    std::string out = "replay";
    for (const auto& each : events)
      out += " " + std::to_string(each->seq);
    return frame{std::move(out)};
  }
};

/// A database that a test answers by hand: transactions wait in `asked` until then.
class hand_database {
public:
  using done = std::function<void(outcome<results>)>;

  [[nodiscard]] stream_log::wiring wires() {
    stream_log::wiring out;
    out.run = [this](transaction what, done answer) {
      asked.emplace_back(std::move(what), std::move(answer));
    };
    out.later = [this](std::chrono::milliseconds, std::function<void()> what) {
      timers.push_back(std::move(what));
    };
    out.fenced = [this] { fenced = true; };
    return out;
  }

  /// Answers the oldest question.
  void answer(outcome<results> with) {
    auto next = std::move(asked.front());
    asked.pop_front();
    next.second(std::move(with));
  }
  /// Commits the oldest transaction: a result for each of its statements.
  void commit() {
    results out;
    out.each.resize(asked.front().first.statements.size());
    answer(std::move(out));
  }
  void fail_with(fault_code code, std::string cause = {}) {
    answer(fail(code, "the test says so", std::move(cause)));
  }

  std::deque<std::pair<transaction, done>> asked;
  std::vector<std::function<void()>> timers;
  bool fenced = false;
};

/// Rows of `stream_events` as a `stream_log` selects them.
[[nodiscard]] inline rows event_rows(std::initializer_list<std::pair<int, const char*>> events) {
  rows out;
  out.shape(11, 0);
  const auto add = [&](const std::string& text) { out.add(text.data(), text.size()); };
  for (const auto& [seq, key] : events) {
    add(std::to_string(seq));
    add("message");
    add("alice");
    add("Alice");
    add("");
    add("alice@example.org");
    out.add_null();
    add(key);
    add("m" + std::to_string(seq));
    add("{}");
    add("2026-01-05 09:00:00+00");
  }
  return out;
}

}  // namespace stoa::testing
