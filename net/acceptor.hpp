#pragma once

#include "net/connection.hpp"
#include "net/server.hpp"
#include "schema/outcome.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace stoa {

/// Reads certificate and key; the fault says which file is the trouble.
[[nodiscard]] outcome<std::unique_ptr<boost::asio::ssl::context>> load_keys(
    const tls_options& from);

/// Owns one port: lives on the first loop and deals accepted connections out to all of them in
/// turn.
class acceptor : public std::enable_shared_from_this<acceptor> {
public:
  [[nodiscard]] static outcome<std::shared_ptr<acceptor>> open(
      const listener_options& where, std::shared_ptr<const port> at,
      std::vector<std::shared_ptr<loop>> loops, std::shared_ptr<doorman> door);

  acceptor(std::shared_ptr<const port> at, std::vector<std::shared_ptr<loop>> loops,
           std::shared_ptr<doorman> door);

  [[nodiscard]] std::uint16_t number() const noexcept { return number_; }
  [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_.load(); }
  [[nodiscard]] std::uint64_t turned_away() const noexcept { return turned_away_.load(); }

  /// Stops accepting; from any thread.
  void close();

private:
  using acceptor_type =
      boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, transport::executor_type>;

  void accept();
  void admit(std::shared_ptr<loop> on, transport::socket_type socket);

  std::shared_ptr<const port> at_;
  std::vector<std::shared_ptr<loop>> loops_;
  std::shared_ptr<doorman> door_;
  acceptor_type listening_;
  boost::asio::steady_timer pause_;
  std::size_t next_ = 0;
  std::uint16_t number_ = 0;
  bool closed_ = false;
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> turned_away_{0};
};

}  // namespace stoa
