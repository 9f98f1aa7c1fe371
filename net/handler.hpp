#pragma once

#include "actors/core/outbox.hpp"
#include "net/reply.hpp"
#include "net/request.hpp"
#include "schema/outcome.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace stoa {

/// The one who listens to a WebSocket or stands behind an event stream. Every call comes on the
/// lane of that socket, one at a time; `on_close` comes exactly once after `on_open`, and is the
/// last.
class socket_listener {
public:
  virtual ~socket_listener() = default;
  /// The socket is open. Keep the outbox as long as something shall be sent.
  virtual void on_open(outbox_ptr out) = 0;
  /// A complete text message of at most `limits::message` bytes, valid UTF-8. Never on streams.
  virtual void on_text(std::string&& text) = 0;
  /// The socket is gone: the code the client gave, or 1006 when it vanished, or the code the server
  /// closed it with. Let go of the outbox.
  virtual void on_close(std::uint16_t code) = 0;
};

/// The far end of a `reply_sink`: a session, or a recorder in tests.
class reply_target {
public:
  virtual ~reply_target() = default;
  /// Called at most once, from any thread. Nothing means that nobody answered.
  virtual void deliver(std::optional<reply> answer) = 0;
};

/// The duty to answer one request: called once, from any thread; a sink destroyed unused answers
/// 500.
class reply_sink {
public:
  explicit reply_sink(std::shared_ptr<reply_target> to) : to_(std::move(to)) {}
  reply_sink(reply_sink&&) noexcept = default;
  reply_sink& operator=(reply_sink&& other) noexcept {
    reply_sink{std::move(*this)};
    to_ = std::move(other.to_);
    return *this;
  }
  ~reply_sink() {
    if (to_)
      std::exchange(to_, nullptr)->deliver(std::nullopt);
  }

  void operator()(reply&& answer) {
    if (to_)
      std::exchange(to_, nullptr)->deliver(std::move(answer));
  }

private:
  std::shared_ptr<reply_target> to_;
};

/// What to do with an upgrade request.
struct upgrade_answer {
  std::shared_ptr<socket_listener> listener;  ///< null: refused with `refusal`
  std::string subprotocol;                    ///< empty: none is named
  header_list headers;                        ///< more headers of the 101 answer
  reply refusal{403};
};

/// The far end of an `upgrade_sink`.
class upgrade_target {
public:
  virtual ~upgrade_target() = default;
  /// Called at most once, from any thread. Nothing means that nobody answered.
  virtual void deliver(std::optional<upgrade_answer> answer) = 0;
};

/// The duty to decide about one WebSocket upgrade, from any thread; destroyed unused it answers
/// 500.
class upgrade_sink {
public:
  explicit upgrade_sink(std::shared_ptr<upgrade_target> to) : to_(std::move(to)) {}
  upgrade_sink(upgrade_sink&&) noexcept = default;
  upgrade_sink& operator=(upgrade_sink&& other) noexcept {
    upgrade_sink{std::move(*this)};
    to_ = std::move(other.to_);
    return *this;
  }
  ~upgrade_sink() {
    if (to_)
      std::exchange(to_, nullptr)->deliver(std::nullopt);
  }

  void accept(std::shared_ptr<socket_listener> listener, std::string subprotocol = {},
              header_list headers = {}) {
    give({std::move(listener), std::move(subprotocol), std::move(headers), reply{403}});
  }
  void refuse(reply why) { give({nullptr, {}, {}, std::move(why)}); }

private:
  void give(upgrade_answer what) {
    if (to_)
      std::exchange(to_, nullptr)->deliver(std::move(what));
  }
  std::shared_ptr<upgrade_target> to_;
};

/// How a body is taken in, decided when the head has been read.
struct body_plan {
  std::size_t limit = 1024 * 1024;  ///< bytes; more is answered 413
  std::shared_ptr<body_sink> into;  ///< null: into `request::body`
  std::optional<reply> refusal;     ///< answer at once, read nothing

  [[nodiscard]] static body_plan memory(std::size_t limit) { return {limit, nullptr, {}}; }
  [[nodiscard]] static body_plan stream(std::size_t limit, std::shared_ptr<body_sink> into) {
    return {limit, std::move(into), {}};
  }
  [[nodiscard]] static body_plan refuse(reply why) { return {0, nullptr, std::move(why)}; }
};

/// What the edge calls, on an I/O thread: it must neither block nor throw. One serves a listener,
/// and outlives the server.
class handler {
public:
  virtual ~handler() = default;

  /// Looks at a head whose body is still to come (also asked for requests without a body).
  [[nodiscard]] virtual body_plan plan(const request& head);

  virtual void on_request(request&& what, reply_sink answer) = 0;

  /// A well-formed WebSocket upgrade. By default it is refused with 404.
  virtual void on_upgrade(request&& what, upgrade_sink decide);

  /// Shapes an error that the edge itself found (400, 408, 413, 414, 431, 500, 501, 503 …). `head`
  /// holds what was understood so far, maybe nothing; once the request has gone to its handler,
  /// only method, path, id and site. The default is a small JSON object.
  [[nodiscard]] virtual reply edge_error(int status, const fault& why, const request& head);

  /// Complete header lines ("Name: value\r\n"…) that every answer of this handler carries.
  [[nodiscard]] virtual std::string_view fixed_headers() const noexcept;
};

}  // namespace stoa
