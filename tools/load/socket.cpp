#include "tools/load/socket.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>

namespace stoa::load {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using error_code = boost::system::error_code;

constexpr std::size_t most_waiting = 4096;
constexpr std::size_t longest_message = 16UL * 1024 * 1024;  // a page of history, with room
constexpr auto patience = std::chrono::seconds{10};

class beast_socket final : public socket, public std::enable_shared_from_this<beast_socket> {
public:
  beast_socket(asio::io_context& on, dial how, socket_listener& who)
      : how_(std::move(how)), who_(&who), stream_(on), timer_(on) {}

  void start() {
    error_code failed;
    auto& raw = stream_.next_layer();
    raw.open(tcp::v4(), failed);
    if (!failed && how_.receive_buffer > 0)
      raw.set_option(asio::socket_base::receive_buffer_size{how_.receive_buffer}, failed);
    if (!failed && !how_.from.empty())
      raw.bind({asio::ip::make_address(how_.from), 0}, failed);
    if (failed) {
      asio::post(stream_.get_executor(), [me = shared_from_this(), failed] {
        me->end({ending::kind::unreachable, 0, failed.message()});
      });
      return;
    }
    timer_.expires_after(patience);
    timer_.async_wait([me = shared_from_this()](const error_code& why) {
      if (!why)
        me->end({ending::kind::unreachable, 0, "no connection in time"});
    });
    raw.async_connect({asio::ip::make_address(how_.to->address), how_.to->port},
                      [me = shared_from_this()](const error_code& why) { me->connected(why); });
  }

  bool send(std::string text) override {
    if (!open_ || waiting_.size() >= most_waiting)
      return false;
    waiting_.push_back(std::move(text));
    if (waiting_.size() == 1)
      write();
    return true;
  }

  void pause() override { paused_ = true; }
  void resume() override {
    if (std::exchange(paused_, false) && open_ && !reading_)
      read();
  }
  void drop() override { end({ending::kind::dropped, 0, {}}); }

  void let_go() override {
    who_ = nullptr;
    paused_ = false;
    if (!open_)
      return abort();
    open_ = false;
    timer_.expires_after(std::chrono::seconds{2});
    timer_.async_wait([me = shared_from_this()](const error_code& why) {
      if (!why)
        me->abort();
    });
    stream_.async_close(websocket::close_code::normal,
                        [me = shared_from_this()](const error_code&) { me->abort(); });
  }

private:
  void connected(const error_code& why) {
    if (over_)
      return;
    if (why)
      return end({ending::kind::unreachable, 0, why.message()});
    timer_.cancel();
    error_code ignored;
    stream_.next_layer().set_option(tcp::no_delay{true}, ignored);
    auto limits = websocket::stream_base::timeout{patience, websocket::stream_base::none(), false};
    stream_.set_option(limits);
    stream_.read_message_max(longest_message);
    if (how_.deflate) {
      websocket::permessage_deflate packed;
      packed.client_enable = true;
      packed.client_no_context_takeover = true;
      packed.server_no_context_takeover = true;
      stream_.set_option(packed);
    }
    stream_.set_option(websocket::stream_base::decorator([this](websocket::request_type& asked) {
      asked.set(beast::http::field::cookie, "connect.sid=" + how_.token);
      asked.set(beast::http::field::sec_websocket_protocol, "stoa.v1");
    }));
    stream_.async_handshake(
        answer_, how_.to->host, "/realtime",
        [me = shared_from_this()](const error_code& failed) { me->upgraded(failed); });
  }

  void upgraded(const error_code& why) {
    if (over_)
      return;
    stream_.set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));
    if (why == websocket::error::upgrade_declined)
      return end({ending::kind::turned_away, static_cast<int>(answer_.result_int()),
                  answer_.body().substr(0, 200)});
    if (why)
      return end({ending::kind::unreachable, 0, why.message()});
    answer_ = {};
    open_ = true;
    who_->on_open();
    read();
  }

  void read() {
    if (!open_ || paused_ || reading_)
      return;
    reading_ = true;
    stream_.async_read(buffer_, [me = shared_from_this()](const error_code& why, std::size_t) {
      me->reading_ = false;
      me->heard(why);
    });
  }

  void heard(const error_code& why) {
    if (over_ || !who_)
      return;
    if (why == websocket::error::closed)
      return end({ending::kind::closed, static_cast<int>(stream_.reason().code),
                  std::string{stream_.reason().reason.data(), stream_.reason().reason.size()}});
    if (why)
      return end({ending::kind::broken, 0, why.message()});
    const auto bytes = buffer_.cdata();
    who_->on_text({static_cast<const char*>(bytes.data()), bytes.size()});
    buffer_.consume(buffer_.size());
    read();
  }

  void write() {
    stream_.async_write(asio::buffer(waiting_.front()),
                        [me = shared_from_this()](const error_code& why, std::size_t) {
                          if (me->over_ || !me->open_)
                            return;
                          // The reader says what happened: it may still have frames to read.
                          if (why)
                            return;
                          me->waiting_.pop_front();
                          if (!me->waiting_.empty())
                            me->write();
                        });
  }

  void end(const ending& why) {
    if (std::exchange(over_, true))
      return;
    open_ = false;
    abort();
    if (auto* who = std::exchange(who_, nullptr))
      who->on_end(why);
  }

  void abort() {
    over_ = true;
    timer_.cancel();
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  dial how_;
  socket_listener* who_;
  websocket::stream<tcp::socket, true> stream_;
  asio::steady_timer timer_;
  websocket::response_type answer_;
  beast::flat_buffer buffer_;
  std::deque<std::string> waiting_;  // the first one is being written
  bool open_ = false;
  bool paused_ = false;
  bool reading_ = false;
  bool over_ = false;
};

}  // namespace

std::shared_ptr<socket> dial_socket(asio::io_context& on, const dial& how, socket_listener& who) {
  auto out = std::make_shared<beast_socket>(on, how, who);
  out->start();
  return out;
}

}  // namespace stoa::load
