#pragma once

#include "actors/core/outbox.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stoa {

/// The open sockets of each key (a user), bounded in number. Any thread.
class places {
  struct inside {
    std::mutex guard;
    std::unordered_map<std::string, std::vector<outbox_ptr>> taken;
  };

public:
  explicit places(std::size_t most) : most_(most) {}

  /// One taken place; given back when it goes.
  class place {
  public:
    place(std::shared_ptr<inside> of, std::string key, outbox_ptr who)
        : of_(std::move(of)), key_(std::move(key)), who_(std::move(who)) {}
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
      std::lock_guard hold{of_->guard};
      const auto found = of_->taken.find(key_);
      auto& all = found->second;
      all.erase(std::find(all.begin(), all.end(), who_));
      if (all.empty())
        of_->taken.erase(found);
    }

  private:
    std::shared_ptr<inside> of_;
    std::string key_;
    outbox_ptr who_;
  };

  /// A place, or nothing when all of this key are taken.
  [[nodiscard]] std::unique_ptr<place> take(const std::string& key, outbox_ptr who) {
    std::lock_guard hold{inside_->guard};
    if (const auto found = inside_->taken.find(key);
        (found == inside_->taken.end() ? 0 : found->second.size()) >= most_)
      return nullptr;
    inside_->taken[key].push_back(who);
    return std::make_unique<place>(inside_, key, std::move(who));
  }

  /// The lanes that the sockets of this key are on, each once.
  [[nodiscard]] std::vector<std::shared_ptr<lane>> lanes(const std::string& key) const {
    std::vector<std::shared_ptr<lane>> out;
    std::lock_guard hold{inside_->guard};
    if (const auto found = inside_->taken.find(key); found != inside_->taken.end())
      for (const auto& each : found->second)
        if (auto where = each->lane();
            where && std::find(out.begin(), out.end(), where) == out.end())
          out.push_back(std::move(where));
    return out;
  }

private:
  std::size_t most_;
  std::shared_ptr<inside> inside_ = std::make_shared<inside>();
};

}  // namespace stoa
