// What a client sends once its WebSocket is open: frames as any byte may come, read by the session
// that serves real sockets, and what they say, read as wishes of `stoa.v1`.
#include "actors/core/task.hpp"
#include "net/routes/stoa/wishes.hpp"
#include "net/ws_session.hpp"
#include "schema/utf8.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <semaphore>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

using namespace stoa;

namespace {

constexpr std::size_t longest = 2048;

void must(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

template <class Read>
void wish(Read read) {
  try {
    read();
  } catch (const fault_error& why) {
    must(why.why.code == fault_code::invalid && !why.why.text.empty(), "a refusal without a word");
  }
}

class listener final : public socket_listener {
public:
  void on_open(outbox_ptr out) override { out_ = std::move(out); }
  void on_text(std::string&& text) override {
    must(out_ && text.size() <= longest, "a message too long, or out of place");
    must(first_bad_utf8(text) == std::string_view::npos, "a message that is not UTF-8");
    const auto read = json::parse(text);
    if (!read)
      return;
    const auto said = read->root();
    wish([&] { stoa_api::need_frame(said); });
    wish([&] { (void)stoa_api::streams_in(said); });
    wish([&] { (void)stoa_api::stream_named(said); });
    wish([&] { (void)stoa_api::texts_in(said, "streams"); });
    wish([&] { (void)stoa_api::signal_kind(said); });
    wish([&] { (void)stoa_api::object_in(said, "data"); });
    wish([&] { (void)stoa_api::number_of(said, "seq"); });
    wish([&] {
      const auto post = stoa_api::read_post(said);
      must(json::parse(post.metadata.value_or("{}")).has_value(), "metadata that is not JSON");
    });
  }
  void on_close(std::uint16_t) override {
    must(out_ != nullptr, "closed without having been open, or twice");
    out_ = nullptr;
    closed.release();
  }

  std::binary_semaphore closed{0};

private:
  outbox_ptr out_;
};

class nobody final : public handler {
public:
  void on_request(request&&, reply_sink) override { must(false, "a request from a WebSocket"); }
};

/// One I/O thread for all inputs.
struct edge {
  edge() {
    auto bounds = std::make_shared<limits>();
    bounds->message = longest;
    bounds->closing = std::chrono::milliseconds{100};
    at->bounds = std::move(bounds);
    at->deflate = true;
    on->start();
  }
  ~edge() { on->end(); }

  nobody unasked;
  std::shared_ptr<loop> on = std::make_shared<loop>(std::chrono::milliseconds{50});
  std::shared_ptr<port> at = std::make_shared<port>(port{.to = unasked});
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static edge here;
  if (size == 0)
    return 0;
  int ends[2];
  must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "no sockets");
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  auto heard = std::make_shared<listener>();
  const bool deflates = (data[0] & 1) != 0;
  const std::string early{reinterpret_cast<const char*>(data) + 1, (size - 1) * (data[0] >> 1 & 1)};
  here.on->post([heard, deflates, early, server = ends[1]]() mutable {
    transport::socket_type wire{here.on->context};
    // The kernel's kind of socket is of no interest to a stream that is open.
    wire.assign(boost::asio::ip::tcp::v4(), server);
    upgrade_answer answer;
    answer.listener = std::move(heard);
    open_websocket({here.on, here.at, transport{std::move(wire)}, {}, "fuzz"},
                   {"dGhlIHNhbXBsZSBub25jZQ==",
                    deflates ? "permessage-deflate; client_max_window_bits" : "", "here"},
                   std::move(answer), std::move(early));
  });
  // What does not fit into the kernel's buffer is not sent: inputs are shorter.
  if (early.empty())
    (void)!::send(ends[0], data + 1, size - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(ends[0], SHUT_WR);
  char space[4096];
  ssize_t got = 0;
  while ((got = ::recv(ends[0], space, sizeof space, 0)) > 0 || (got < 0 && errno == EINTR))
    ;
  must(got == 0 || errno == ECONNRESET, "the session does not end");
  ::close(ends[0]);
  must(heard->closed.try_acquire_for(std::chrono::seconds{10}), "nobody said that it is closed");
  return 0;
}
