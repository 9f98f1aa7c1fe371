#include "tests/net/support.hpp"

#include "net/request.hpp"

#include <zlib.h>

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace stoa::test {

using namespace std::chrono_literals;

std::string get(std::string_view path, std::string_view more) {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: here\r\n" + std::string{more} + "\r\n";
}

bool until(const std::function<bool()>& holds) {
  auto end = std::chrono::steady_clock::now() + 10s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::yield();
  }
  return true;
}

std::string answer::header(std::string_view name) const {
  for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    auto line = std::string_view{head}.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    auto colon = line.find(':');
    if (colon != std::string_view::npos && same_text(line.substr(0, colon), name))
      return std::string{line.substr(colon + 2)};
  }
  return {};
}

int wire_frame::code() const {
  if (payload.size() < 2)
    return 0;
  return static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
}

raw_client::raw_client(std::uint16_t port, int receive_buffer, const char* from)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  timeval patience{10, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (receive_buffer > 0)
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  if (from) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    if (::inet_pton(AF_INET, from, &own.sin_addr) != 1 ||
        ::bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0)
      throw std::runtime_error{"cannot call from " + std::string{from}};
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error{"cannot connect"};
}

raw_client::~raw_client() {
  if (socket_ >= 0)
    ::close(socket_);
}

void raw_client::send(std::string_view bytes) const {
  if (!try_send(bytes))
    throw std::runtime_error{"the peer has gone"};
}

bool raw_client::try_send(std::string_view bytes) const {
  while (!bytes.empty()) {
    auto size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void raw_client::half_close() const {
  ::shutdown(socket_, SHUT_WR);
}

void raw_client::reset() {
  linger hard{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  ::close(std::exchange(socket_, -1));
}

bool raw_client::more() {
  char piece[16 * 1024];
  auto size = ::recv(socket_, piece, sizeof piece, 0);
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    throw std::runtime_error{"nothing came for ten seconds"};
  if (size <= 0)
    return false;
  got_.append(piece, static_cast<std::size_t>(size));
  return true;
}

answer raw_client::read(bool head_only) {
  answer x;
  std::size_t end = 0;
  while ((end = got_.find("\r\n\r\n")) == std::string::npos)
    if (!more())
      return x;
  x.head = got_.substr(0, end + 2);
  got_.erase(0, end + 4);
  x.status = std::stoi(x.head.substr(9, 3));
  auto length = x.header("Content-Length");
  if (length.empty() || head_only)
    return x;
  auto size = std::stoul(length);
  while (got_.size() < size)
    if (!more())
      return x;
  x.body = got_.substr(0, size);
  got_.erase(0, size);
  return x;
}

std::string raw_client::read_to_end() {
  while (more()) {
  }
  return std::exchange(got_, {});
}

std::string raw_client::read_through(std::string_view mark) {
  std::size_t at = 0;
  while ((at = got_.find(mark)) == std::string::npos)
    if (!more())
      return std::exchange(got_, {});
  auto text = got_.substr(0, at + mark.size());
  got_.erase(0, at + mark.size());
  return text;
}

answer raw_client::upgrade(std::string_view path, std::string_view more_headers) {
  send("GET " + std::string{path} +
       " HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
       std::string{more_headers} + "\r\n");
  return read();
}

void raw_client::send_frame(int first_byte, std::string_view payload) const {
  std::string bytes{static_cast<char>(first_byte)};
  auto size = payload.size();
  if (size < 126) {
    bytes += static_cast<char>(0x80 | size);
  } else if (size <= 0xffff) {
    bytes += static_cast<char>(0x80 | 126);
    bytes += static_cast<char>(size >> 8);
    bytes += static_cast<char>(size & 0xff);
  } else {
    bytes += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes += static_cast<char>((size >> shift) & 0xff);
  }
  constexpr char mask[4] = {0x11, 0x22, 0x33, 0x44};
  bytes.append(mask, 4);
  for (std::size_t i = 0; i < size; ++i)
    bytes += static_cast<char>(payload[i] ^ mask[i % 4]);
  try_send(bytes);
}

wire_frame raw_client::read_frame() {
  auto need = [&](std::size_t size) {
    while (got_.size() < size)
      if (!more())
        return false;
    return true;
  };
  wire_frame x;
  if (!need(2))
    return x;
  auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(got_[i]));
  };
  std::size_t size = byte(1) & 0x7f;
  std::size_t head = size == 126 ? 4 : size == 127 ? 10 : 2;
  if (!need(head))
    return x;
  if (head > 2) {
    size = 0;
    for (std::size_t i = 2; i < head; ++i)
      size = size << 8 | byte(i);
  }
  if (!need(head + size))
    return x;
  x.opcode = static_cast<int>(byte(0) & 0x0f);
  x.packed = (byte(0) & 0x40) != 0;
  x.payload = got_.substr(head, size);
  got_.erase(0, head + size);
  return x;
}

body_plan town::plan(const request& head) {
  auto found = plans.find(head.path);
  return found == plans.end() ? body_plan{} : found->second(head);
}

void town::on_request(request&& what, reply_sink answer) {
  auto found = at.find(what.path);
  if (found == at.end())
    return answer(text_reply(404, "nobody lives here"));
  found->second(std::move(what), std::move(answer));
}

void town::on_upgrade(request&& what, upgrade_sink decide) {
  if (what.path != "/ws")
    return decide.refuse(text_reply(403, "not you"));
  auto fresh = std::make_shared<recorder>();
  {
    std::lock_guard hold{guard};
    sockets.push_back(fresh);
  }
  decide.accept(fresh, std::string{what.header("sec-websocket-protocol")});
}

served::served(std::function<void(server_options&, listener_options&)> change) {
  server_options options;
  listener_options where;
  options.limits.closing = 500ms;
  if (change)
    change(options, where);
  people.at["/hello"] = [](request&&, reply_sink answer) { answer(text_reply(200, "hello")); };
  people.at["/echo"] = [](request&& x, reply_sink answer) {
    answer(text_reply(200, std::move(x.body)));
  };
  people.at["/events"] = [this](request&& x, reply_sink answer) {
    auto fresh = std::make_shared<recorder>();
    fresh->texts.emplace_back(x.header("last-event-id"));
    {
      std::lock_guard hold{people.guard};
      people.sockets.push_back(fresh);
    }
    answer(stream_reply(fresh));
  };
  edge = std::make_unique<stoa::server>(options);
  auto number = edge->listen(where, people);
  if (!number)
    throw std::runtime_error{number.error().text + ": " + number.error().cause};
  port = *number;
}

namespace {

std::string inflated(std::string packed, int bits) {
  z_stream state{};
  inflateInit2(&state, bits);
  std::string out(1 << 20, '\0');
  state.next_in = reinterpret_cast<Bytef*>(packed.data());
  state.avail_in = static_cast<uInt>(packed.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  inflate(&state, Z_SYNC_FLUSH);
  out.resize(std::min(out.size(), static_cast<std::size_t>(state.total_out)));
  inflateEnd(&state);
  return out;
}

}  // namespace

std::string pack_message(std::string_view text, int bits) {
  z_stream state{};
  if (deflateInit2(&state, 5, Z_DEFLATED, -bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error{"cannot compress"};
  std::string out(deflateBound(&state, text.size()) + 16, '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  state.avail_in = static_cast<uInt>(text.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  deflate(&state, Z_SYNC_FLUSH);
  const auto made = out.size() - state.avail_out;
  out.resize(made < 4 ? 0 : made - 4);  // without the empty block's mark
  deflateEnd(&state);
  return out;
}

std::string inflate_message(std::string_view packed) {
  return inflated(std::string{packed} + std::string{"\0\0\xff\xff", 4}, -15);
}

std::string gunzip(std::string_view packed) {
  return inflated(std::string{packed}, 15 + 16);
}

}  // namespace stoa::test
