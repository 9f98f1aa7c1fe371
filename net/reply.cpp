#include "net/reply.hpp"

#include "net/compress.hpp"
#include "net/entity_tag.hpp"

#include <functional>

namespace stoa {

reply json_reply(int status, std::string text) {
  reply made{status};
  made.headers.add("Content-Type", "application/json; charset=utf-8");
  made.body = std::move(text);
  return made;
}

reply json_reply(int status, shared_body bytes) {
  reply made{status};
  made.headers.add("Content-Type", "application/json; charset=utf-8");
  made.body = std::move(bytes);
  return made;
}

reply text_reply(int status, std::string text) {
  reply made{status};
  made.headers.add("Content-Type", "text/plain; charset=utf-8");
  made.body = std::move(text);
  return made;
}

reply file_reply(std::filesystem::path path, std::string_view content_type) {
  reply made{200};
  made.headers.add("Content-Type", content_type);
  made.body = file_body{std::move(path)};
  return made;
}

reply stream_reply(std::shared_ptr<socket_listener> listener) {
  reply made{200};
  made.headers.add("Content-Type", "text/event-stream; charset=utf-8");
  made.headers.add("Cache-Control", "no-cache, no-transform");
  made.headers.add("X-Accel-Buffering", "no");
  made.body = event_stream{std::move(listener)};
  return made;
}

void add_vary(header_list& headers, std::string_view name) {
  if (!has_token(headers.all("Vary"), name))
    headers.add("Vary", name);
}

void say_upgrade(reply& answer) {
  answer.headers.add("Upgrade", "websocket");
  answer.headers.add("Sec-WebSocket-Version", "13");
}

shared_body share(std::string text) {
  auto made = std::make_shared<shared_bytes>();
  if (text.size() > 1024) {
    made->gzip = gzip(text);
    if (made->gzip.size() >= text.size())
      made->gzip.clear();
  }
  made->etag = strong_tag(text);
  made->text = std::move(text);
  return made;
}

std::string_view phrase_of(int status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 425:
      return "Too Early";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace stoa
