#pragma once

#include "tools/load/socket.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace stoa::load {

/// A text's fingerprint, made piece by piece: lists are compared without being kept.
class fingerprint {
public:
  void add(std::string_view piece);
  [[nodiscard]] std::uint64_t value() const;

private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15ULL;
  std::uint64_t size_ = 0;
  std::uint64_t word_ = 0;  // the bytes that are no whole word yet
};

class list_socket;

/// Who hears of a `list_socket`; outlives it.
class list_listener {
public:
  virtual ~list_listener() = default;
  virtual void on_open(list_socket& who) = 0;
  /// A whole text message: its first bytes, its fingerprint, and all of it if it is kept.
  virtual void on_message(list_socket& who, std::string_view first, std::uint64_t print,
                          std::size_t size, std::string_view text) = 0;
  virtual void on_end(list_socket& who, const ending& why) = 0;
};

/// A WebSocket that is sent whole lists again and again. Ten thousand of them share one buffer:
/// what is read is counted and fingerprinted where it is, and only watchers keep the text.
class list_socket : public std::enable_shared_from_this<list_socket> {
public:
  list_socket(boost::asio::io_context& on, dial how, std::string path, bool keeps,
              list_listener& who, std::size_t number);

  void start();
  /// Lets go without a word.
  void stop();
  [[nodiscard]] std::size_t number() const noexcept { return number_; }

private:
  enum class stage : std::uint8_t { handshake, head, payload };

  void read();
  void take(std::string_view bytes);
  std::size_t take_handshake(std::string_view bytes);
  std::size_t take_head(std::string_view bytes);
  std::size_t take_payload(std::string_view bytes);
  void message_done();
  void send(unsigned char opcode, std::string_view payload);
  void end(const ending& why);

  boost::asio::ip::tcp::socket wire_;
  dial how_;
  std::string path_;
  bool keeps_;
  list_listener* who_;
  std::size_t number_;
  stage stage_ = stage::handshake;
  std::string early_;  // of the handshake, then of a control frame
  std::array<unsigned char, 14> head_{};
  std::size_t head_size_ = 0;
  unsigned char opcode_ = 0;
  std::uint64_t left_ = 0;
  fingerprint print_;
  std::size_t size_ = 0;
  std::array<char, 32> first_{};
  std::string text_;
};

}  // namespace stoa::load
