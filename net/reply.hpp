#pragma once

#include "net/request.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace stoa {

class socket_listener;

/// Bytes that many replies share. A gzip twin made in advance saves compressing per request; an
/// ETag (with its quotes) lets the edge answer 304 by itself.
struct shared_bytes {
  std::string text;
  std::string gzip;  ///< empty: the edge compresses when it pays
  std::string etag;  ///< empty: none
};
using shared_body = std::shared_ptr<const shared_bytes>;

/// A file; the edge adds size, ETag, Last-Modified, and answers conditions and ranges.
struct file_body {
  std::filesystem::path path;
};

/// Keeps the connection open as `text/event-stream`. The listener gets its outbox in `on_open`; the
/// request it answers carried Last-Event-ID.
struct event_stream {
  std::shared_ptr<socket_listener> listener;
};

/// One HTTP answer. The edge adds Date, Content-Length, Connection, Content-Encoding, Vary and its
/// handler's fixed headers; everything else is up to whoever answers.
struct reply {
  int status = 200;
  header_list headers;
  std::variant<std::string, shared_body, file_body, event_stream> body;
  bool close = false;  ///< end the connection after this answer
  /// Complete header lines in place of the handler's fixed ones, which are those of its interface:
  /// a page needs others. They outlive the handler.
  std::optional<std::string_view> fixed;

  reply() = default;
  explicit reply(int code) : status(code) {}

  /// Adds a header and returns the reply, for chains.
  reply& with(std::string_view name, std::string_view value) & {
    headers.add(name, value);
    return *this;
  }
  reply&& with(std::string_view name, std::string_view value) && {
    headers.add(name, value);
    return std::move(*this);
  }
};

/// A reply with `Content-Type: application/json; charset=utf-8`.
[[nodiscard]] reply json_reply(int status, std::string text);
/// The same for bytes that others receive too.
[[nodiscard]] reply json_reply(int status, shared_body bytes);
/// A reply with `Content-Type: text/plain; charset=utf-8`.
[[nodiscard]] reply text_reply(int status, std::string text);
/// A file with this content type.
[[nodiscard]] reply file_reply(std::filesystem::path path, std::string_view content_type);
/// 200 `text/event-stream`, not to be cached or buffered on the way.
[[nodiscard]] reply stream_reply(std::shared_ptr<socket_listener> listener);
/// Adds a name to what an answer varies by, unless it is there.
void add_vary(header_list& headers, std::string_view name);
/// Says in an answer of status 426 that WebSocket is what the address speaks (RFC 9110 §15.5.22,
/// RFC 6455 §4.4); the edge adds the `Connection` that belongs to it.
void say_upgrade(reply& answer);
/// Shared bytes with a gzip twin (above 1 KiB, when smaller) and a strong ETag of their content.
[[nodiscard]] shared_body share(std::string text);

/// The standard phrase of a status code; "Unknown" for numbers nobody registered.
[[nodiscard]] std::string_view phrase_of(int status) noexcept;

}  // namespace stoa
