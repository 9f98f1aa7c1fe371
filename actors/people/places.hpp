#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace stoa {

/// A bounded number of places for each key: how many sockets a user has open. Any thread.
class places {
  struct inside {
    std::mutex guard;
    std::unordered_map<std::string, std::size_t> taken;
  };

public:
  explicit places(std::size_t most) : most_(most) {}

  /// One taken place; given back when it goes.
  class place {
  public:
    place(std::shared_ptr<inside> of, std::string key) : of_(std::move(of)), key_(std::move(key)) {}
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
      std::lock_guard hold{of_->guard};
      if (const auto found = of_->taken.find(key_); --found->second == 0)
        of_->taken.erase(found);
    }

  private:
    std::shared_ptr<inside> of_;
    std::string key_;
  };

  /// A place, or nothing when all of this key are taken.
  [[nodiscard]] std::unique_ptr<place> take(const std::string& key) {
    std::lock_guard hold{inside_->guard};
    auto& count = inside_->taken[key];
    if (count >= most_) {
      if (count == 0)
        inside_->taken.erase(key);
      return nullptr;
    }
    ++count;
    return std::make_unique<place>(inside_, key);
  }

private:
  std::size_t most_;
  std::shared_ptr<inside> inside_ = std::make_shared<inside>();
};

}  // namespace stoa
