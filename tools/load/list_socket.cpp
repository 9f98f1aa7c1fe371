#include "tools/load/list_socket.hpp"

#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <vector>

namespace stoa::load {

namespace asio = boost::asio;
using asio::ip::tcp;
using error_code = boost::system::error_code;

namespace {

constexpr std::size_t scratch_size = 256 * 1024;
constexpr std::uint64_t multiplier = 0xff51afd7ed558ccdULL;
constexpr int reads_in_a_row = 8;

// One thread reads for everybody.
std::vector<char>& scratch() {
  static std::vector<char> one(scratch_size);
  return one;
}

std::uint64_t mixed(std::uint64_t state, std::uint64_t word) {
  return std::rotl((state ^ word) * multiplier, 29);
}

}  // namespace

void fingerprint::add(std::string_view piece) {
  auto waiting = size_ % 8;
  size_ += piece.size();
  while (!piece.empty() && (waiting != 0 || piece.size() < 8)) {
    word_ |= std::uint64_t{static_cast<unsigned char>(piece.front())} << (8 * waiting);
    piece.remove_prefix(1);
    if (++waiting == 8) {
      state_ = mixed(state_, std::exchange(word_, 0));
      waiting = 0;
    }
  }
  for (; piece.size() >= 8; piece.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, piece.data(), 8);
    state_ = mixed(state_, word);
  }
  for (std::size_t i = 0; i < piece.size(); ++i)
    word_ |= std::uint64_t{static_cast<unsigned char>(piece[i])} << (8 * i);
}

std::uint64_t fingerprint::value() const {
  return mixed(mixed(state_, word_), size_);
}

list_socket::list_socket(asio::io_context& on, dial how, std::string path, bool keeps,
                         list_listener& who, std::size_t number)
    : wire_(on),
      how_(std::move(how)),
      path_(std::move(path)),
      keeps_(keeps),
      who_(&who),
      number_(number) {}

void list_socket::start() {
  error_code why;
  wire_.open(tcp::v4(), why);
  if (!why && how_.receive_buffer > 0)
    wire_.set_option(asio::socket_base::receive_buffer_size{how_.receive_buffer}, why);
  if (!why && !how_.from.empty())
    wire_.bind({asio::ip::make_address(how_.from), 0}, why);
  if (why) {
    asio::post(wire_.get_executor(), [me = shared_from_this(), why] {
      me->end({ending::kind::unreachable, 0, why.message()});
    });
    return;
  }
  wire_.async_connect(
      {asio::ip::make_address(how_.to->address), how_.to->port},
      [me = shared_from_this()](const error_code& failed) {
        if (failed)
          return me->end({ending::kind::unreachable, 0, failed.message()});
        error_code unset;
        me->wire_.non_blocking(true, unset);
        auto asked = std::make_shared<std::string>(
            fmt::format("GET {}?token={} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                        me->path_, me->how_.token, me->how_.to->host));
        asio::async_write(me->wire_, asio::buffer(*asked),
                          [me, asked](const error_code& broken, std::size_t) {
                            if (broken)
                              return me->end({ending::kind::unreachable, 0, broken.message()});
                            me->read();
                          });
      });
}

void list_socket::stop() {
  who_ = nullptr;
  error_code ignored;
  wire_.close(ignored);
}

// Waits for readiness, so that a socket that waits holds no buffer.
void list_socket::read() {
  wire_.async_wait(tcp::socket::wait_read, [me = shared_from_this()](const error_code& why) {
    if (!me->who_)
      return;
    if (why)
      return me->end({ending::kind::broken, 0, why.message()});
    for (int turn = 0; turn < reads_in_a_row && me->who_; ++turn) {
      error_code failed;
      const auto size = me->wire_.read_some(asio::buffer(scratch()), failed);
      if (failed == asio::error::would_block)
        break;
      if (failed)
        return me->end({ending::kind::broken, 0, failed.message()});
      me->take({scratch().data(), size});
    }
    if (me->who_)
      me->read();
  });
}

void list_socket::take(std::string_view bytes) {
  while (!bytes.empty() && who_)
    switch (stage_) {
      case stage::handshake:
        bytes.remove_prefix(take_handshake(bytes));
        break;
      case stage::head:
        bytes.remove_prefix(take_head(bytes));
        break;
      case stage::payload:
        bytes.remove_prefix(take_payload(bytes));
        break;
    }
}

std::size_t list_socket::take_handshake(std::string_view bytes) {
  const auto before = early_.size();
  early_.append(bytes);
  const auto end_of_head = early_.find("\r\n\r\n");
  if (end_of_head == std::string::npos)
    return bytes.size();
  if (!early_.starts_with("HTTP/1.1 101")) {
    const auto status = early_.size() > 12 ? std::atoi(early_.c_str() + 9) : 0;
    end({ending::kind::turned_away, status, early_.substr(0, 200)});
    return bytes.size();
  }
  early_.clear();
  stage_ = stage::head;
  who_->on_open(*this);
  return end_of_head + 4 - before;
}

std::size_t list_socket::take_head(std::string_view bytes) {
  head_[head_size_++] = static_cast<unsigned char>(bytes.front());
  if (head_size_ < 2)
    return 1;
  const auto size = head_[1] & 0x7fU;
  const std::size_t wanted = size == 126 ? 4 : size == 127 ? 10 : 2;
  if (head_size_ < wanted)
    return 1;
  left_ = wanted == 2 ? size : 0;
  for (std::size_t i = 2; i < wanted; ++i)
    left_ = left_ << 8U | head_[i];
  opcode_ = head_[0] & 0x0fU;
  head_size_ = 0;
  print_ = {};
  size_ = 0;
  text_.clear();
  stage_ = stage::payload;
  if (left_ == 0)
    message_done();
  return 1;
}

std::size_t list_socket::take_payload(std::string_view bytes) {
  const auto piece = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
  if (opcode_ == 1)
    print_.add(piece);
  if (size_ < first_.size())
    std::memcpy(first_.data() + size_, piece.data(), std::min(piece.size(), first_.size() - size_));
  if (keeps_ || opcode_ != 1)
    text_.append(piece);
  size_ += piece.size();
  left_ -= piece.size();
  if (left_ == 0)
    message_done();
  return piece.size();
}

void list_socket::message_done() {
  stage_ = stage::head;
  if (opcode_ == 1)
    who_->on_message(*this, {first_.data(), std::min(size_, first_.size())}, print_.value(), size_,
                     text_);
  else if (opcode_ == 9)
    send(0x8a, text_);
  else if (opcode_ == 8)
    end({ending::kind::closed,
         text_.size() < 2
             ? 1005
             : static_cast<unsigned char>(text_[0]) << 8 | static_cast<unsigned char>(text_[1]),
         text_.size() < 2 ? std::string{} : text_.substr(2)});
}

// Pongs only: small enough to fit whatever else is under way.
void list_socket::send(unsigned char opcode, std::string_view payload) {
  std::string out{static_cast<char>(opcode)};
  out += static_cast<char>(0x80U | (payload.size() & 0x7fU));
  out.append(4, '\0');  // a mask of zeros
  out.append(payload);
  error_code ignored;
  wire_.write_some(asio::buffer(out), ignored);
}

void list_socket::end(const ending& why) {
  error_code ignored;
  wire_.close(ignored);
  if (auto* who = std::exchange(who_, nullptr))
    who->on_end(*this, why);
}

}  // namespace stoa::load
