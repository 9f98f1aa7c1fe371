#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace stoa {

/// Lets one conditional write of an address run alone on this node: between the look at what is
/// there and the write, no other write of the same address begins. Ordinary writes run beside each
/// other. Whoever has to wait does so in order. Safe from any thread; outlives its holds.
class path_locks {
public:
  enum class mode : bool { shared, alone };

  /// The right to write at an address, until it is destroyed or `release`d.
  class hold {
  public:
    hold() = default;
    hold(hold&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)), path_(std::move(other.path_)) {}
    hold& operator=(hold&& other) noexcept {
      release();
      of_ = std::exchange(other.of_, nullptr);
      path_ = std::move(other.path_);
      return *this;
    }
    ~hold() { release(); }
    explicit operator bool() const noexcept { return of_ != nullptr; }
    void release() {
      if (auto* of = std::exchange(of_, nullptr))
        of->leave(path_);
    }

  private:
    friend class path_locks;
    hold(path_locks& of, std::string path) : of_(&of), path_(std::move(path)) {}
    path_locks* of_ = nullptr;
    std::string path_;
  };

  /// The hold, if nobody has to be waited for; else an empty one.
  [[nodiscard]] hold try_enter(const std::string& path, mode how);

  /// Calls `go` with the hold, now or when it is this one's turn; false, and never calls it, when
  /// too many (64) wait for this address.
  [[nodiscard]] bool enter(const std::string& path, mode how, std::function<void(hold)> go);

private:
  struct waiting {
    mode how;
    std::function<void(hold)> go;
  };
  struct place {
    std::size_t running = 0;
    bool alone = false;  ///< who runs wants nobody beside him
    std::deque<waiting> next;
  };
  [[nodiscard]] static bool takes(place& at, mode how);
  void leave(const std::string& path);

  std::mutex guard_;
  std::unordered_map<std::string, place> places_;
};

}  // namespace stoa
