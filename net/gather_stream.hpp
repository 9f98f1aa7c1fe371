#pragma once

#include "actors/core/frame.hpp"
#include "actors/core/lane.hpp"
#include "net/loop.hpp"
#include "net/transport.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// The queue out of one socket. Whole frames, shared with all other receivers, wait here and leave
/// with one gather call; it also is the AsyncStream under Beast's `websocket::stream`, so that
/// Beast's own answers (handshake, pong, close) keep their place between them.
class gather_stream {
public:
  using executor_type = transport::executor_type;
  using error_code = boost::system::error_code;

  /// The session around it.
  class owner {
  public:
    virtual ~owner() = default;
    /// Keeps the stream alive while it waits for its socket.
    [[nodiscard]] virtual std::shared_ptr<void> hold() = 0;
    /// So many frames of so many text bytes have left.
    virtual void sent(std::size_t frames, std::size_t bytes) = 0;
    /// Nothing waits any more, or nothing ever will: the socket broke. Not to destroy the stream.
    virtual void drained() = 0;
  };

  /// How a frame is spelled on this socket.
  enum class kind : std::uint8_t { websocket, deflated, event_stream, raw, beast };

  /// `early` are bytes that were read before the protocol changed.
  gather_stream(transport wire, loop& on, owner& of, std::string early);

  // -- our side --------------------------------------------------------------------
  /// Queues a frame; dropped when the stream has been shut.
  void add(const frame& what, kind how);
  /// Queues a whole state, in the place of an older one of the same event name that has not begun
  /// to leave; answers the bytes of that one, which is never sent, or 0.
  std::size_t add_latest(const frame& what, kind how);
  /// Queues the last bytes; whatever comes later, Beast's included, is dropped.
  void shut(std::string last);
  /// Drops what has not begun to leave.
  void drop();
  /// Writes what waits, as far as the socket takes it; the rest follows when it takes more.
  void flush();

  [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size() - first_; }
  /// Waits for its socket; must not be destroyed now.
  [[nodiscard]] bool blocked() const noexcept { return blocked_; }
  [[nodiscard]] bool broken() const noexcept { return broken_; }
  [[nodiscard]] bool was_shut() const noexcept { return shut_; }
  /// When the socket last took something, while `blocked`.
  [[nodiscard]] steady_time progressed() const noexcept { return progressed_; }
  /// Breaks the connection; a pending read completes with an error.
  void abort() noexcept;
  [[nodiscard]] transport& wire() noexcept { return wire_; }

  // -- Beast's side ----------------------------------------------------------------
  [[nodiscard]] executor_type get_executor() noexcept { return wire_.get_executor(); }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& into, Handler&& done) {
    return boost::asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& buffers) {
          if (early_.empty())
            return wire_.read_some(buffers, std::move(handler));
          auto size = boost::asio::buffer_copy(buffers, boost::asio::buffer(early_));
          early_.erase(0, size);
          if (early_.empty())
            early_.shrink_to_fit();
          boost::asio::post(get_executor(), boost::beast::bind_front_handler(std::move(handler),
                                                                             error_code{}, size));
        },
        done, into);
  }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& from, Handler&& done) {
    return boost::asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& buffers) {
          struct completion final : lane::task {
            completion(gather_stream& x, decltype(handler)&& y, std::size_t n)
                : stream(x), then(std::move(y)), size(n) {}
            void run() noexcept override {
              auto why =
                  stream.broken_ ? error_code{boost::asio::error::connection_reset} : error_code{};
              boost::asio::post(stream.get_executor(),
                                boost::beast::bind_front_handler(std::move(then), why, size));
            }
            gather_stream& stream;
            decltype(handler) then;
            std::size_t size;
          };
          std::string bytes(boost::asio::buffer_size(buffers), '\0');
          boost::asio::buffer_copy(boost::asio::buffer(bytes), buffers);
          auto size = bytes.size();
          write_for_beast(std::move(bytes),
                          std::make_unique<completion>(*this, std::move(handler), size));
        },
        done, from);
  }

private:
  struct entry {
    frame what;
    kind how;
    bool latest = false;
  };
  [[nodiscard]] static std::string_view bytes_of(const entry& x);
  /// The first entry of which nothing has left.
  [[nodiscard]] std::size_t untouched() const;
  void write_for_beast(std::string bytes, std::unique_ptr<lane::task> done);
  void write_plain();
  void write_tls();
  void advance(std::size_t size);
  void wait();
  void fail();
  void settle();

  transport wire_;
  loop& on_;
  owner& of_;
  std::string early_;
  std::vector<entry> queue_;
  std::size_t first_ = 0;   // entries before it have left
  std::size_t offset_ = 0;  // of the first one
  std::string sealed_;      // what TLS is writing
  std::unique_ptr<lane::task> beast_waits_;
  steady_time progressed_{};
  bool blocked_ = false;
  bool broken_ = false;
  bool shut_ = false;
};

/// Found by Beast: the session itself sees the connection off.
template <class Handler>
void async_teardown(boost::beast::role_type, gather_stream& stream, Handler&& done) {
  boost::asio::post(
      stream.get_executor(),
      boost::beast::bind_front_handler(std::forward<Handler>(done), boost::system::error_code{}));
}
inline void beast_close_socket(gather_stream& stream) {
  stream.abort();
}

}  // namespace stoa
