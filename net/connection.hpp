#pragma once

#include "net/handler.hpp"
#include "net/loop.hpp"
#include "net/proxies.hpp"
#include "net/server.hpp"
#include "net/transport.hpp"

#include <boost/asio/ssl/context.hpp>
#include <spdlog/fwd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace stoa {

/// Counts who is inside: in total and per address.
class doorman : public std::enable_shared_from_this<doorman> {
public:
  /// A place inside, given back when it goes.
  class pass {
  public:
    pass() = default;
    pass(std::shared_ptr<doorman> by, std::string address)
        : by_(std::move(by)), address_(std::move(address)) {}
    pass(pass&& other) noexcept = default;
    pass& operator=(pass&& other) noexcept {
      std::swap(by_, other.by_);
      std::swap(address_, other.address_);
      return *this;
    }
    ~pass() {
      if (by_)
        by_->leave(address_);
    }

  private:
    std::shared_ptr<doorman> by_;
    std::string address_;  // empty: counted in total only
  };

  enum class answer : std::uint8_t { welcome, full, too_many };
  /// Asks for a place. Trusted proxies speak for many, so they are `counted` in total only.
  answer enter(const std::string& address, bool counted, const limits& bounds, pass& into);

  [[nodiscard]] std::uint64_t inside() const noexcept { return total_.load(); }

private:
  void leave(const std::string& address);

  std::atomic<std::uint64_t> total_{0};
  std::mutex guard_;  // taken once when a connection comes and once when it goes
  std::unordered_map<std::string, std::size_t> per_address_;
};

/// What all connections of one port share.
struct port {
  handler& to;
  unsigned site = 0;
  bool deflate = false;
  std::unique_ptr<boost::asio::ssl::context> keys;  ///< null: plain
  std::shared_ptr<const limits> bounds;
  std::shared_ptr<const proxy_list> proxies;
  std::shared_ptr<spdlog::logger> log;  ///< of requests
};

/// One accepted connection, handed from session to session as its protocol changes.
struct connection {
  std::shared_ptr<loop> on;
  std::shared_ptr<const port> at;
  transport wire;
  doorman::pass pass;
  std::string peer;  ///< the socket's own, not the forwarded one
};

/// Sees a connection off: says that nothing more will be sent, then reads and forgets until the
/// client has closed or a deadline passes. Closing at once with unread bytes in the kernel would
/// reset the connection and destroy the answer on its way.
void linger(connection&& what, std::chrono::milliseconds most);

}  // namespace stoa
