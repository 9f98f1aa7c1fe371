#include "net/ws_session.hpp"

#include "net/framing.hpp"
#include "net/gather_stream.hpp"
#include "net/own_patience.hpp"
#include "net/socket_session.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <array>

namespace stoa {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using error_code = boost::system::error_code;

beast::string_view beast_view(std::string_view x) {
  return {x.data(), x.size()};
}

class ws_session final : public socket_session {
public:
  ws_session(connection&& from, std::shared_ptr<socket_listener> listener, std::string early)
      : socket_session(from, std::move(listener)),
        stream_(std::make_unique<stream_type>(std::move(from.wire), *on_,
                                              static_cast<gather_stream::owner&>(*this),
                                              std::move(early))) {}

  void accept(const upgrade_facts& facts, const upgrade_answer& answer);

protected:
  gather_stream* out() noexcept override { return stream_ ? &stream_->next_layer() : nullptr; }
  gather_stream::kind spelling(const frame& what) const noexcept override {
    return deflates_ && what.size() >= at_->bounds->compress_above ? gather_stream::kind::deflated
                                                                   : gather_stream::kind::websocket;
  }
  std::string farewell(close_code code, std::string_view reason) const override {
    return websocket_close(code, reason);
  }
  void tick(steady_time now) override;
  bool busy() const noexcept override { return busy_; }
  transport release() override {
    auto wire = std::move(stream_->next_layer().wire());
    stream_.reset();
    return wire;
  }

private:
  using stream_type = websocket::stream<gather_stream, true>;

  std::shared_ptr<ws_session> self() {
    return std::static_pointer_cast<ws_session>(shared_from_this());
  }
  void read();
  void on_read(const error_code& why, std::size_t size);
  [[nodiscard]] std::uint16_t code_of(const error_code& why) const;
  [[nodiscard]] std::chrono::milliseconds longest_silence() const;

  std::unique_ptr<stream_type> stream_;
  std::string message_;
  std::size_t whole_ = 0;          // bytes of `message_` that have been read
  std::array<char, 256> first_{};  // most messages fit; nothing bigger waits with an idle socket
  steady_time heard_ = std::chrono::steady_clock::now();
  steady_time pinged_ = heard_;
  std::chrono::milliseconds silence_ = longest_silence();
  bool deflates_ = false;
  bool binary_ = false;
  bool busy_ = false;  // Beast accepts or reads
};

void ws_session::accept(const upgrade_facts& facts, const upgrade_answer& answer) {
  const auto& bounds = *at_->bounds;
  on_->enlist(shared_from_this());
  stream_->read_message_max(bounds.message);
  if (at_->deflate) {
    websocket::permessage_deflate how;
    how.server_enable = true;
    how.server_no_context_takeover = true;
    how.client_no_context_takeover = true;
    // Beast keeps a window for what a client has sent, 32 KiB at full size and for the socket's
    // whole life. What clients send is short: 1 KiB serves those who let us choose, as browsers do.
    // (For one who does not, Beast would take the small one without telling him.)
    if (facts.extensions.find("client_max_window_bits") != std::string_view::npos)
      how.client_max_window_bits = 10;
    stream_->set_option(how);
  }
  http::request<http::empty_body> asked{http::verb::get, "/", 11};
  asked.set(http::field::host, beast_view(facts.host));
  asked.set(http::field::connection, "upgrade");
  asked.set(http::field::upgrade, "websocket");
  asked.set(http::field::sec_websocket_version, "13");
  asked.set(http::field::sec_websocket_key, beast_view(facts.key));
  if (at_->deflate && !facts.extensions.empty())
    asked.set(http::field::sec_websocket_extensions, beast_view(facts.extensions));
  stream_->set_option(websocket::stream_base::decorator([&](websocket::response_type& res) {
    res.set(http::field::server, "stoa");
    if (!answer.subprotocol.empty())
      res.set(http::field::sec_websocket_protocol, beast_view(answer.subprotocol));
    for (std::size_t i = 0; i < answer.headers.size(); ++i)
      res.insert(beast_view(answer.headers[i].name), beast_view(answer.headers[i].value));
    auto agreed = std::string_view{res[http::field::sec_websocket_extensions].data(),
                                   res[http::field::sec_websocket_extensions].size()};
    // Our compressed frames are shared, with the full window; a client that wants a smaller one
    // gets plain frames, which it must take too.
    deflates_ = !agreed.empty() && (agreed.find("server_max_window_bits") == agreed.npos ||
                                    agreed.find("server_max_window_bits=15") != agreed.npos);
  }));
  // A plain reference: the session, which owns the stream, outlives the callback.
  stream_->control_callback([this](websocket::frame_type, beast::string_view) {
    heard_ = std::chrono::steady_clock::now();
  });
  busy_ = true;
  stream_->async_accept(asked, [me = self()](const error_code& why) {
    me->busy_ = false;
    // The decorator refers to the caller's frame, and is not needed again.
    if (me->stream_)
      me->stream_->set_option(websocket::stream_base::decorator([](websocket::response_type&) {}));
    if (why || me->over())
      return me->ended(1006);
    me->opened();
    me->read();
  });
}

void ws_session::read() {
  if (!stream_)
    return;
  busy_ = true;
  auto then = [me = self()](const error_code& why, std::size_t size) { me->on_read(why, size); };
  if (message_.empty())
    return stream_->async_read_some(boost::asio::buffer(first_), std::move(then));
  // A long message is read into place, in steps that double.
  auto room = std::max<std::size_t>(4096, whole_);
  message_.resize(std::min(whole_ + room, at_->bounds->message + 1));
  stream_->async_read_some(boost::asio::buffer(message_.data() + whole_, message_.size() - whole_),
                           std::move(then));
}

void ws_session::on_read(const error_code& why, std::size_t size) {
  busy_ = false;
  if (why || !stream_)
    return ended(code_of(why));
  heard_ = std::chrono::steady_clock::now();
  if (stream_->got_binary() && !binary_) {
    binary_ = true;
    close(close_code{1003}, "text only");
  }
  if (message_.empty())
    message_.assign(first_.data(), size);
  whole_ += size;
  if (stream_->is_message_done()) {
    message_.resize(whole_);
    whole_ = 0;
    auto text = std::exchange(message_, {});
    // After we have said goodbye nothing is heard any more.
    if (open_ && said_ == 0 && !binary_)
      listener_->on_text(std::move(text));
  }
  read();
}

std::uint16_t ws_session::code_of(const error_code& why) const {
  if (why == websocket::error::closed && stream_) {
    auto code = stream_->reason().code;
    return code == websocket::close_code::none ? 1005 : code;
  }
  if (why == websocket::error::message_too_big || why == websocket::error::buffer_overflow)
    return 1009;
  if (why == websocket::error::bad_frame_payload)
    return 1007;
  if (why == websocket::condition::protocol_violation)
    return 1002;
  return 1006;
}

std::chrono::milliseconds ws_session::longest_silence() const {
  const auto& bounds = *at_->bounds;
  const auto* own = dynamic_cast<const own_patience*>(listener_.get());
  return own ? std::min(bounds.silence, bounds.ping_every + own->after_ping()) : bounds.silence;
}

void ws_session::tick(steady_time now) {
  static const frame ping{std::string{websocket_ping}};
  const auto& bounds = *at_->bounds;
  if (now - heard_ > silence_)
    return kill();
  if (now - heard_ <= bounds.ping_every || now - pinged_ <= bounds.ping_every)
    return;
  pinged_ = now;
  out()->add(ping, gather_stream::kind::raw);
  on_->touch(*this);
}

}  // namespace

void open_websocket(connection&& from, upgrade_facts facts, upgrade_answer answer,
                    std::string early) {
  auto session =
      std::make_shared<ws_session>(std::move(from), std::move(answer.listener), std::move(early));
  session->accept(facts, answer);
}

}  // namespace stoa
