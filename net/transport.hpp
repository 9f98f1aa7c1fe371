#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <optional>
#include <span>
#include <sys/uio.h>
#include <utility>

namespace stoa {

/// One accepted connection, with TLS or without: sessions are compiled once for both. It may be
/// moved while nothing waits on it. The executor's type is the loop's own, which spares the
/// indirect calls of `any_io_executor`.
class transport {
public:
  using executor_type = boost::asio::io_context::executor_type;
  using socket_type = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor_type>;
  using tls_type = boost::asio::ssl::stream<socket_type>;
  using error_code = boost::system::error_code;

  explicit transport(socket_type plain) : plain_(std::move(plain)) {}
  transport(socket_type plain, boost::asio::ssl::context& keys)
      : tls_(std::make_shared<tls_type>(std::move(plain), keys)) {}

  [[nodiscard]] socket_type& socket() noexcept { return tls_ ? tls_->next_layer() : *plain_; }
  [[nodiscard]] tls_type* tls() noexcept { return tls_.get(); }
  /// What an operation on `tls()` must hold: Asio's TLS operations touch their stream when they
  /// end, even when they end because it was closed.
  [[nodiscard]] std::shared_ptr<void> keep() const noexcept { return tls_; }
  [[nodiscard]] executor_type get_executor() noexcept { return socket().get_executor(); }

  /// Starts one read into these buffers.
  template <class Buffers, class Handler>
  void read_some(const Buffers& into, Handler&& done) {
    if (tls_)
      tls_->async_read_some(
          into, [keep = tls_, then = std::forward<Handler>(done)](
                    const error_code& why, std::size_t size) mutable { then(why, size); });
    else
      plain_->async_read_some(into, std::forward<Handler>(done));
  }

  /// What a system call on a plain socket did.
  enum class tried : std::uint8_t { moved, blocked, broken };

  /// One gather write without waiting; `size` says how much went. Plain sockets only.
  [[nodiscard]] tried write_now(std::span<const iovec> pieces, std::size_t& size) noexcept;
  /// One read without waiting; 0 bytes moved is the end. Plain sockets only.
  [[nodiscard]] tried read_now(std::span<char> into, std::size_t& size) noexcept;
  /// One piece of a file, by `sendfile`. Plain sockets only.
  [[nodiscard]] tried send_file_now(int file, std::uint64_t& at, std::size_t most,
                                    std::size_t& size) noexcept;

  /// Ends both directions at once; what waits completes with an error.
  void close() noexcept;
  /// Says that nothing more will be sent.
  void shut_sending() noexcept;

private:
  std::optional<socket_type> plain_;
  std::shared_ptr<tls_type> tls_;
};

}  // namespace stoa
