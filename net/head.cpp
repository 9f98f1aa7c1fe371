#include "net/head.hpp"

#include "net/header_text.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>

namespace stoa {

namespace http = boost::beast::http;

namespace {

std::string_view std_view(boost::beast::string_view x) noexcept {
  return {x.data(), x.size()};
}

// Every line ends in CRLF, no CR or LF stands alone, no line continues the one before.
bool sound_lines(std::string_view head) noexcept {
  std::size_t lines = 0;
  for (std::size_t at = head.find('\n'); at != std::string_view::npos;
       at = head.find('\n', at + 1)) {
    ++lines;
    if (at == 0 || head[at - 1] != '\r')
      return false;
    if (at + 1 < head.size() && (head[at + 1] == ' ' || head[at + 1] == '\t'))
      return false;
  }
  auto returns = std::count(head.begin(), head.end(), '\r');
  return static_cast<std::size_t>(returns) == lines &&
         std::memchr(head.data(), '\0', head.size()) == nullptr;
}

// Fields that are no lists: two of them mean two things, and a proxy may have gone by the other one
// (RFC 9110 §5.3). `Host` and the framing are counted on their own.
bool has_one_value(std::string_view name) noexcept {
  constexpr std::string_view single[] = {"Authorization",
                                         "Content-Type",
                                         "Origin",
                                         "Referer",
                                         "If-Modified-Since",
                                         "If-Unmodified-Since",
                                         "If-Range",
                                         "Range",
                                         "Idempotency-Key",
                                         "Last-Event-ID",
                                         "Sec-Fetch-Site",
                                         "Sec-WebSocket-Key",
                                         "Sec-WebSocket-Version",
                                         "Access-Control-Request-Method"};
  return std::any_of(std::begin(single), std::end(single),
                     [&](std::string_view each) { return same_text(each, name); });
}

bool host_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

}  // namespace

bool is_plain(std::string_view codings) noexcept {
  while (!codings.empty()) {
    const auto end = std::min(codings.find(','), codings.size());
    const auto coding = trimmed(codings.substr(0, end));
    codings.remove_prefix(std::min(end + 1, codings.size()));
    if (!coding.empty() && !same_text(coding, "identity"))
      return false;
  }
  return true;
}

bool read_host(std::string_view raw, std::string& host) {
  if (raw.empty() || raw.size() > 255)
    return false;
  std::size_t end = 0;
  if (raw.front() == '[') {
    end = raw.find(']');
    if (end == std::string_view::npos || end == 1)
      return false;
    auto inner = raw.substr(1, end - 1);
    if (inner.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
      return false;
    ++end;
  } else {
    while (end < raw.size() && host_char(raw[end]))
      ++end;
    if (end == 0)
      return false;
  }
  auto rest = raw.substr(end);
  if (!rest.empty()) {
    if (rest.front() != ':' || rest.size() > 6 ||
        rest.find_first_not_of("0123456789", 1) != std::string_view::npos)
      return false;
  }
  host.assign(raw.substr(0, end));
  for (auto& c : host)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c + ('a' - 'A'));
  return true;
}

request_reader::request_reader(request& into, std::size_t most_fields)
    : into_(into), most_fields_(most_fields) {
  eager(true);
  header_limit(1U << 30);  // the session has measured the head already
  body_limit(boost::none);
}

int request_reader::read_head(std::string_view head) {
  if (!sound_lines(head))
    return 400;
  error why;
  auto used = put(boost::asio::const_buffer{head.data(), head.size()}, why);
  if (refused_ != 0)
    return refused_;
  if (why == http::error::bad_version) {
    // "HTTP/2.0" is a version, "HTPT/1.1" is nonsense.
    auto line = head.substr(0, head.find('\r'));
    return line.find(" HTTP/") != std::string_view::npos ? 505 : 400;
  }
  // A head without a body may leave the parser asking for one; everything of the head is used.
  if ((why && why != http::error::need_more) || !is_header_done() || used != head.size())
    return 400;
  return check_framing();
}

int request_reader::check_framing() {
  if (codings_ > 0) {
    if (lengths_ > 0 || version_ < 11 || codings_ > 1)
      return 400;
    if (!chunked_only_ || !chunked())
      return 501;
  }
  if (hosts_ > 1 || (hosts_ == 0 && version_ >= 11))
    return 400;
  if (into_.authority.empty())
    into_.authority = into_.headers.find("host");
  if (hosts_ > 0) {
    // Both are checked; with an absolute target the target wins (RFC 9112 §3.2.2).
    if (!read_host(into_.headers.find("host"), into_.host) ||
        !read_host(into_.authority, into_.host))
      return 400;
  }
  return 0;
}

void request_reader::body_goes(std::size_t limit, std::shared_ptr<body_sink> into) {
  body_limit_left_ = limit;
  sink_ = std::move(into);
  if (!sink_)
    if (auto length = content_length(); length && *length <= limit)
      into_.body.reserve(static_cast<std::size_t>(*length));
}

int request_reader::read_body(std::string_view bytes, std::size_t& used) {
  used = 0;
  while (used < bytes.size() && !is_done()) {
    error why;
    auto rest = bytes.substr(used);
    auto step = put(boost::asio::const_buffer{rest.data(), rest.size()}, why);
    used += step;
    if (refused_ != 0)
      return refused_;
    if (why == http::error::need_more)
      return 0;
    if (why)
      return why == http::error::body_limit ? 413 : 400;
    if (step == 0)
      return 0;
  }
  return 0;
}

void request_reader::refuse(int status, error& why) {
  refused_ = status;
  why = http::error::bad_field;
}

void request_reader::on_request_impl(http::verb method, text, text target, int version,
                                     error& why) {
  version_ = version;
  switch (method) {
    case http::verb::get:
      into_.method = verb::get;
      break;
    case http::verb::head:
      into_.method = verb::head;
      break;
    case http::verb::post:
      into_.method = verb::post;
      break;
    case http::verb::put:
      into_.method = verb::put;
      break;
    case http::verb::patch:
      into_.method = verb::patch;
      break;
    case http::verb::delete_:
      into_.method = verb::remove;
      break;
    case http::verb::options:
      into_.method = verb::options;
      break;
    default:
      return refuse(501, why);
  }
  if (!read_target(std_view(target), into_))
    refuse(400, why);
}

void request_reader::on_field_impl(http::field which, text name, text value, error& why) {
  // Trailers could overwrite what was decided by the head; nobody here needs them.
  if (!in_head_)
    return;
  if (into_.headers.size() >= most_fields_)
    return refuse(431, why);
  switch (which) {
    case http::field::host:
      ++hosts_;
      break;
    case http::field::content_length:
      if (++lengths_ > 1 || value.empty() ||
          std_view(value).find_first_not_of("0123456789") != std::string_view::npos)
        return refuse(400, why);
      break;
    case http::field::transfer_encoding:
      ++codings_;
      chunked_only_ = same_text(std_view(value), "chunked");
      break;
    case http::field::expect:
      if (!same_text(std_view(value), "100-continue"))
        return refuse(417, why);
      expects_ = true;
      break;
    default:
      if (has_one_value(std_view(name)) && into_.headers.contains(std_view(name)))
        return refuse(400, why);
      break;
  }
  into_.headers.add(std_view(name), std_view(value));
}

std::size_t request_reader::on_body_impl(text bytes, error& why) {
  if (bytes.size() > body_limit_left_) {
    refuse(413, why);
    return 0;
  }
  body_limit_left_ -= bytes.size();
  received_ += bytes.size();
  if (!sink_) {
    into_.body.append(bytes.data(), bytes.size());
  } else if (auto status = sink_->write(std_view(bytes)); status != 0) {
    refuse(status, why);
    return 0;
  }
  return bytes.size();
}

void request_reader::on_finish_impl(error& why) {
  if (!sink_)
    return;
  if (auto status = sink_->finish(); status != 0)
    refuse(status, why);
  into_.sink = sink_;
}

}  // namespace stoa
