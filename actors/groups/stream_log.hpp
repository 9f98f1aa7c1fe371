#pragma once

#include "actors/core/audience.hpp"
#include "actors/groups/events.hpp"
#include "persistence/protocol.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stoa {

/// Bounds of one stream's owner.
struct stream_limits {
  std::size_t memory = 256;                ///< events kept for those who come back soon
  std::size_t memory_bytes = 1024 * 1024;  ///< of their data
  std::size_t batch = 256;                 ///< wishes saved in one transaction
  /// Wishes waiting, repetitions of one that is on its way included; one more is answered
  /// `overloaded`.
  std::size_t pending = 2048;
  std::size_t pending_bytes = 8 * 1024 * 1024;  ///< of their data; beyond it, the same answer
  std::size_t replay = 1000;                    ///< events sent to one follower at once
  /// How long an owner that nobody follows or asks stays in memory.
  std::chrono::milliseconds idle{60'000};
};

/// An event that is not numbered yet, and what becomes of it.
struct wish {
  std::string kind;
  person author;
  std::string client_key;
  std::string subject;
  std::string data;
  std::shared_ptr<chat_message> message;  ///< with kind `message`; its seq is set when it is saved
  std::vector<statement> also;            ///< run in the same transaction
  /// Called once: with the event after its commit (or the one that an earlier try left), and with
  /// the results of `also`; or with the fault.
  std::function<void(outcome<event_ptr>, std::span<const rows>)> done;
};

/// The durable part of every stream owner (room, group, board): numbers, group commit, followers,
/// replay. It belongs to one actor and is called by it alone.
///
/// Save, then tell: an event is announced and acknowledged only after its commit. All wishes that
/// wait while a commit is under way share the next one. Whoever finds its number taken has lost the
/// stream to another owner and must quit. When PostgreSQL vanishes in the middle, nobody knows
/// whether the batch was kept: its wishes fail as `unavailable`, and the log reads what really
/// happened before it numbers anything again; a retry with the same key finds its first answer.
class stream_log {
public:
  struct wiring {
    /// Runs a transaction for the owner; the callback comes in the owner's own turn.
    std::function<void(transaction, std::function<void(outcome<results>)>)> run;
    /// Calls back in the owner's own turn after a while.
    std::function<void(std::chrono::milliseconds, std::function<void()>)> later;
    /// Adds the statements that keep the owner's tables in step with these events.
    std::function<void(const std::vector<const wish*>&, std::vector<statement>&)> project;
    /// Another owner has the stream: quit.
    std::function<void()> fenced;
  };

  stream_log(std::string stream, std::string establishment, wiring wires,
             stream_limits limits = {});
  /// Tells those who still follow that they have to come back.
  ~stream_log();
  stream_log(const stream_log&) = delete;
  stream_log& operator=(const stream_log&) = delete;

  /// The statement whose rows `restore` reads: the newest events.
  [[nodiscard]] statement restore_statement() const;
  void restore(const rows& newest_first);

  [[nodiscard]] const std::string& name() const noexcept { return stream_; }
  [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
  [[nodiscard]] bool idle() const noexcept;
  /// Whether a wish with this key is on its way or was saved lately: to save it again answers what
  /// the first one gets.
  [[nodiscard]] bool knows(const user_id& author, const std::string& client_key) const;

  /// Queues an event for the next commit. A wish whose key was seen gets the first answer.
  void save(wish what);

  /// Sends what was missed since `after` (nothing: only what comes) and everything from now on.
  void follow(const outbox_ptr& who, const view& how, std::optional<std::uint64_t> after,
              std::function<void(outcome<followed>)> told);
  void unfollow(const outbox_ptr& who);
  [[nodiscard]] std::size_t followers() const noexcept;

  /// Tells everyone but `except` something that passes.
  void signal(const stream_signal& what, const outbox_ptr& except = nullptr);

  /// Tells every follower the last number, so that one who missed something notices.
  void beat();

  /// Up to `limit` events before (or after) a number, in ascending order.
  void history(std::optional<std::uint64_t> before, std::optional<std::uint64_t> after,
               std::size_t limit, std::function<void(outcome<std::vector<event_ptr>>)> told);

private:
  [[nodiscard]] bool full(const wish& for_this) const noexcept;
  void flush();
  void committed(results& got);
  void failed(const fault& why);
  void resolve_duplicates();
  void recover();
  void fail_all(std::deque<wish>& wishes, const fault& why);
  void answer_twins(const std::string& key, const outcome<event_ptr>& end);
  void publish(const event_ptr& what);
  void remember(event_ptr what);
  void catch_up(const outbox_ptr& who, const view& how, std::uint64_t after,
                std::function<void(outcome<followed>)> told, std::vector<event_ptr> loaded);
  audience& audience_of(const view& how);
  void greet(const outbox_ptr& who, const view& how, const followed& what) const;
  void add_follower(const outbox_ptr& who, const view& how);
  [[nodiscard]] event_ptr read_event(const rows& from, std::size_t row) const;
  [[nodiscard]] transaction load(std::uint64_t after, std::size_t limit) const;

  std::string stream_;
  std::string establishment_;
  wiring wires_;
  stream_limits limits_;
  std::uint64_t last_ = 0;
  std::deque<event_ptr> recent_;
  std::size_t recent_bytes_ = 0;
  std::unordered_map<std::string, event_ptr> by_key_;  // of `recent_`
  std::deque<wish> pending_;
  std::size_t pending_bytes_ = 0;  // of their data
  std::deque<wish> saving_;
  std::vector<std::uint32_t> also_counts_;  // results of `also` for each of saving_
  std::unordered_map<std::string, std::vector<decltype(wish::done)>> waiting_twins_;
  std::size_t twins_ = 0;  // of all of these
  std::vector<std::pair<const view*, audience>> audiences_;
  std::unordered_map<const outbox*, const view*> follows_;
  // Whose missed events are being read, and the number of that request: who leaves meanwhile, or
  // asks again, must not be added (twice) when they arrive.
  std::unordered_map<const outbox*, std::uint64_t> catching_up_;
  std::uint64_t catch_ups_ = 0;
  std::size_t batch_now_;
  iso_time batch_at_;       // the moment that everything in saving_ carries
  bool busy_ = false;       // a commit or a recovery is under way
  bool uncertain_ = false;  // `last_` may be behind the table
  bool retry_planned_ = false;
};

}  // namespace stoa
