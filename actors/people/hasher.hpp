#pragma once

#include "actors/core/caf.hpp"
#include "actors/people/protocol.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stoa {

/// How hard a password is to guess: Argon2id's passes and memory (RFC 9106; libsodium's
/// `crypto_pwhash`).
struct hash_cost {
  unsigned long long passes = 2;
  std::size_t memory = 64UL * 1024 * 1024;  ///< bytes
};

/// Argon2id hash of a password, or an empty string when there is not enough memory.
[[nodiscard]] std::string make_hash(const std::string& password, const hash_cost& cost);

/// Whether a password matches an Argon2id (`$argon2…`) or bcrypt (`$2a$`, `$2b$`, `$2y$`) hash.
[[nodiscard]] bool matches_hash(const std::string& password, const std::string& hash);

/// Whether it is a hash that `matches_hash` can compare with.
[[nodiscard]] bool is_known_hash(const std::string& hash);

/// Whether a hash is of another kind or cost than `make_hash` gives today, be it longer or dearer:
/// comparing with it has to take as long as with the decoy.
[[nodiscard]] bool outdated_hash(const std::string& hash, const hash_cost& cost);

/// Compares a password as it is hashed today (`precis::password`), and as it was typed where that
/// is something else: there are hashes from before. Which of them is tried does not depend on the
/// hash. A hash that should be replaced comes with its better one.
[[nodiscard]] password_verdict judge_password(const std::string& typed, const std::string& hash,
                                              const hash_cost& cost);

/// A hash that nobody's password matches, of today's cost: comparing with it takes as long as with
/// a real one, so an unknown address cannot be told from a wrong password by the clock.
[[nodiscard]] const std::string& decoy_hash(const hash_cost& cost);

/// Hashes on a thread of its own (see actors/README.md): the cost is deliberate, and it must not be
/// paid by whoever serves others.
class hasher_state {
public:
  using protocol = hasher_actor;
  static inline const char* name = "people.hasher";

  hasher_state(protocol::pointer self, hash_cost cost);
  protocol::behavior_type make_behavior();

private:
  hash_cost cost_;
};

/// The way to the hashers, who take turns: bounded, so a flood of sign-ins is told `overloaded`
/// instead of queueing up for minutes.
class hash_lane {
public:
  hash_lane(std::vector<hasher_actor> who, hash_cost cost, std::size_t most_waiting = 64)
      : who_(std::move(who)), cost_(cost), most_(most_waiting) {}

  template <class Self>
  task<password_verdict> verify(Self* self, std::string password, std::string hash) {
    place taken{*this};
    verify_password what{std::move(password), std::move(hash)};
    co_return co_await ask(self, next(), std::move(what));
  }
  template <class Self>
  task<std::string> hash(Self* self, std::string password) {
    place taken{*this};
    hash_password what{std::move(password)};
    co_return co_await ask(self, next(), std::move(what));
  }
  [[nodiscard]] const std::string& decoy() const { return decoy_hash(cost_); }

private:
  // One place in the queue; the counter is shared so that a frame freed late does no harm.
  class place {
  public:
    explicit place(hash_lane& lane) : count_(lane.waiting_) {
      if (count_->fetch_add(1) >= lane.most_) {
        count_->fetch_sub(1);
        count_ = nullptr;
        throw fault_error(fault_code::overloaded, "too many sign-ins at once; try again");
      }
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
      if (count_)
        count_->fetch_sub(1);
    }

  private:
    std::shared_ptr<std::atomic<std::size_t>> count_;
  };

  [[nodiscard]] const hasher_actor& next() {
    return who_[turn_.fetch_add(1, std::memory_order_relaxed) % who_.size()];
  }

  std::vector<hasher_actor> who_;
  std::atomic<std::size_t> turn_{0};
  hash_cost cost_;
  std::size_t most_;
  std::shared_ptr<std::atomic<std::size_t>> waiting_ =
      std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace stoa
