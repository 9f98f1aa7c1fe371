#include "tools/bench/floor_fanout.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace stoa::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using text_ptr = std::shared_ptr<const std::string>;

class fanout_session : public std::enable_shared_from_this<fanout_session> {
public:
  explicit fanout_session(tcp::socket socket) : stream_(std::move(socket)) {}

  template <class Joined>
  void accept(Joined joined) {
    stream_.async_accept([me = shared_from_this(), joined](beast::error_code why) {
      if (why)
        return;
      me->stream_.text(true);
      joined(me);
      me->read();
    });
  }

  void send(const text_ptr& text) {
    asio::post(stream_.get_executor(), [me = shared_from_this(), text] {
      me->queue_.push_back(text);
      if (me->queue_.size() == 1)
        me->write();
    });
  }

private:
  void read() {
    stream_.async_read(buffer_, [me = shared_from_this()](beast::error_code why, std::size_t) {
      me->buffer_.clear();
      if (!why)
        me->read();
    });
  }
  void write() {
    stream_.async_write(asio::buffer(*queue_.front()),
                        [me = shared_from_this()](beast::error_code why, std::size_t) {
                          if (why)
                            return;
                          me->queue_.pop_front();
                          if (!me->queue_.empty())
                            me->write();
                        });
  }

  beast::websocket::stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
  std::deque<text_ptr> queue_;
};

}  // namespace

struct floor_fanout::inner {
  std::vector<std::unique_ptr<asio::io_context>> contexts;
  std::unique_ptr<tcp::acceptor> acceptor;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
  std::size_t next = 0;
  std::mutex guard;
  std::vector<std::shared_ptr<fanout_session>> sessions;

  void accept() {
    acceptor->async_accept(
        *contexts[next++ % contexts.size()], [this](beast::error_code why, tcp::socket socket) {
          if (why)
            return;
          socket.set_option(tcp::no_delay(true), why);
          auto on = socket.get_executor();
          asio::post(on, [this, fresh = std::make_shared<fanout_session>(std::move(socket))] {
            fresh->accept([this](const std::shared_ptr<fanout_session>& who) {
              std::lock_guard hold{guard};
              sessions.push_back(who);
            });
          });
          accept();
        });
  }
};

floor_fanout::floor_fanout(unsigned threads) : inner_(std::make_unique<inner>()) {
  for (unsigned i = 0; i < threads; ++i)
    inner_->contexts.push_back(std::make_unique<asio::io_context>(1));
  inner_->acceptor = std::make_unique<tcp::acceptor>(
      *inner_->contexts[0], tcp::endpoint{asio::ip::address_v4::loopback(), 0});
  inner_->port = inner_->acceptor->local_endpoint().port();
  inner_->accept();
  for (auto& context : inner_->contexts)
    inner_->threads.emplace_back([at = context.get()] {
      auto alive = asio::make_work_guard(*at);
      at->run();
    });
}

floor_fanout::~floor_fanout() {
  for (auto& context : inner_->contexts)
    context->stop();
  for (auto& thread : inner_->threads)
    thread.join();
  inner_->sessions.clear();
}

std::uint16_t floor_fanout::port() const noexcept {
  return inner_->port;
}

std::size_t floor_fanout::joined() const noexcept {
  std::lock_guard hold{inner_->guard};
  return inner_->sessions.size();
}

void floor_fanout::send(const std::shared_ptr<const std::string>& text) {
  std::lock_guard hold{inner_->guard};
  for (auto& who : inner_->sessions)
    who->send(text);
}

}  // namespace stoa::bench
