#pragma once

#include "tools/load/target.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace stoa::load {

/// How one connection is made.
struct dial {
  const target* to = nullptr;
  std::string from;        ///< numeric source address, empty for the system's choice
  std::string token;       ///< of the session
  int receive_buffer = 0;  ///< bytes the kernel holds for us; 0 for the system's choice
  bool deflate = false;    ///< ask for permessage-deflate without context takeover
};

/// Why a connection is over.
struct ending {
  enum class kind : std::uint8_t {
    unreachable,  ///< no TCP connection
    turned_away,  ///< the upgrade was answered otherwise; `code` is the HTTP status
    closed,       ///< by a close frame; `code` is its code
    broken,       ///< without one
    dropped,      ///< by us
  };
  kind how = kind::broken;
  int code = 0;
  std::string text;
};

/// Who hears what happens on a connection; outlives it or lets go of it.
class socket_listener {
public:
  virtual ~socket_listener() = default;
  virtual void on_open() = 0;
  /// The text is valid during the call.
  virtual void on_text(std::string_view text) = 0;
  /// Once, after `dial_socket`, unless the socket was let go of.
  virtual void on_end(const ending& why) = 0;
};

/// One WebSocket to `/realtime`. Everything happens in the thread that runs the `io_context`.
class socket {
public:
  virtual ~socket() = default;
  /// Queues a text. False when the socket is not open or 4096 texts wait already.
  virtual bool send(std::string text) = 0;
  /// Reads no further after what is being read; `resume` goes on.
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// Breaks the connection without a word, as a network does. The listener hears `dropped`.
  virtual void drop() = 0;
  /// Forgets the listener and says goodbye.
  virtual void let_go() = 0;
};

/// Connects and upgrades, within ten seconds each.
[[nodiscard]] std::shared_ptr<socket> dial_socket(boost::asio::io_context& on, const dial& how,
                                                  socket_listener& who);

}  // namespace stoa::load
