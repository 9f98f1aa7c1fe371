#include "net/answer.hpp"

#include "net/compress.hpp"
#include "net/entity_tag.hpp"
#include "net/files.hpp"
#include "net/header_text.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stoa {

namespace {

bool has_no_body(int status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

void add_header(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  append_on_one_line(head, value);
  head += "\r\n";
}

void add_status(std::string& head, int status) {
  // The common one without formatting.
  if (status == 200)
    head += "HTTP/1.1 200 OK\r\n";
  else
    fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", status, phrase_of(status));
}

void add_length(std::string& head, std::uint64_t size) {
  fmt::format_int digits{size};
  head.append("Content-Length: ").append(digits.data(), digits.size()).append("\r\n");
}

bool pays_to_compress(std::string_view type) noexcept {
  auto bare = type.substr(0, type.find(';'));
  if (bare.starts_with("text/"))
    return bare != "text/event-stream";
  for (std::string_view known : {"application/json", "application/javascript", "application/xml",
                                 "application/manifest+json", "application/problem+json",
                                 "application/wasm", "image/svg+xml"})
    if (same_text(bare, known))
      return true;
  return false;
}

bool accepts_gzip(std::string_view header) noexcept {
  while (!header.empty()) {
    auto end = std::min(header.find(','), header.size());
    auto item = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    auto mark = item.find(';');
    auto name = item.substr(0, mark);
    while (!name.empty() && name.front() == ' ')
      name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ')
      name.remove_suffix(1);
    if (!same_text(name, "gzip") && name != "*")
      continue;
    if (mark == std::string_view::npos)
      return true;
    auto quality = item.find("q=", mark);
    // "q=0", "q=0.", "q=0.000" refuse; anything else accepts.
    return quality == std::string_view::npos ||
           item.substr(quality + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

// A list may come on several lines (RFC 9110 §5.3).
void add_list(std::string& list, std::string_view value) {
  list.append(list.empty() ? "" : ", ").append(value);
}

class writer {
public:
  writer(reply& what, const answer_facts& facts, const head_extras& extras, std::string& head,
         answer_body& body)
      : what_(what), facts_(facts), extras_(extras), head_(head), body_(body) {}

  void bytes();
  bool file(const std::filesystem::path& path);
  void stream(std::shared_ptr<socket_listener> listener);

private:
  void start(int status);
  void finish();
  void not_modified();
  void precondition_failed();
  [[nodiscard]] bool reads() const noexcept {
    return (facts_.method == verb::get || facts_.method == verb::head) && what_.status == 200;
  }
  [[nodiscard]] bool may_compress() const;
  bool compress();

  reply& what_;
  const answer_facts& facts_;
  const head_extras& extras_;
  std::string& head_;
  answer_body& body_;
};

void writer::start(int status) {
  add_status(head_, status);
  for (std::size_t i = 0; i < what_.headers.size(); ++i) {
    auto [name, value] = what_.headers[i];
    // Framing and the request's id are the edge's alone.
    if (same_text(name, "content-length") || same_text(name, "transfer-encoding") ||
        same_text(name, "connection") || same_text(name, "x-request-id"))
      continue;
    add_header(head_, name, value);
  }
}

void writer::finish() {
  head_.append(extras_.date).append(what_.fixed.value_or(extras_.fixed));
  head_.append("X-Request-Id: ").append(extras_.id).append("\r\n");
  const bool last = !facts_.keep || what_.close;
  if (what_.status == 426)
    head_ += last ? "Connection: close, Upgrade\r\n" : "Connection: Upgrade\r\n";
  else if (last)
    head_ += "Connection: close\r\n";
  else if (!facts_.http11)
    head_ += "Connection: keep-alive\r\n";
  head_ += "\r\n";
}

void writer::not_modified() {
  start(304);
  finish();
}

// A reader who wants only what he knows (RFC 9110 §13.1.1, §13.1.4).
void writer::precondition_failed() {
  start(412);
  add_length(head_, 0);
  finish();
}

bool writer::may_compress() const {
  const auto size = body_.bytes.size();
  if (!facts_.gzip || size < extras_.bounds.compress_above || has_no_body(what_.status) ||
      what_.status == 206 || what_.headers.contains("Content-Encoding") ||
      !pays_to_compress(what_.headers.find("Content-Type")))
    return false;
  return (body_.shared && !body_.shared->gzip.empty()) || size <= extras_.bounds.compress_below;
}

bool writer::compress() {
  if (!may_compress())
    return false;
  if (body_.shared && !body_.shared->gzip.empty()) {
    body_.bytes = body_.shared->gzip;
    return true;
  }
  const auto size = body_.bytes.size();
  auto packed = gzip(body_.bytes);
  if (packed.size() >= size)
    return false;
  body_.owned = std::move(packed);
  body_.shared = nullptr;
  body_.bytes = body_.owned;
  return true;
}

void writer::bytes() {
  if (body_.shared && !body_.shared->etag.empty())
    what_.headers.add_default("ETag", body_.shared->etag);
  if (pays_to_compress(what_.headers.find("Content-Type")) &&
      body_.bytes.size() >= extras_.bounds.compress_above)
    add_vary(what_.headers, "Accept-Encoding");
  const std::string tag{what_.headers.find("ETag")};
  if (reads() && !facts_.if_match.empty() && !matches_tag(facts_.if_match, tag)) {
    body_.bytes = {};
    return precondition_failed();
  }
  if (reads() && !tag.empty() && names_tag(facts_.if_none_match, tag)) {
    if (may_compress())
      what_.headers.replace("ETag", tag_in_gzip(tag));
    body_.bytes = {};
    return not_modified();
  }
  const auto packed = compress();
  if (packed && !tag.empty())
    what_.headers.replace("ETag", tag_in_gzip(tag));
  start(what_.status);
  if (packed)
    head_ += "Content-Encoding: gzip\r\n";
  if (has_no_body(what_.status))
    body_.bytes = {};
  else
    add_length(head_, body_.bytes.size());
  finish();
  if (facts_.method == verb::head)
    body_.bytes = {};
}

bool writer::file(const std::filesystem::path& path) {
  // O_NONBLOCK: a fifo in the folder must not stop the loop.
  open_file opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  struct stat facts {};
  if (!opened || ::fstat(opened.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return false;
  auto size = static_cast<std::uint64_t>(facts.st_size);
  what_.headers.add_default("ETag", file_tag(facts));
  what_.headers.add_default("Last-Modified", http_date(facts.st_mtime));
  what_.headers.add_default("Accept-Ranges", "bytes");
  std::string tag{what_.headers.find("ETag")};
  std::string modified{what_.headers.find("Last-Modified")};
  if (reads()) {
    if (facts_.if_match.empty() ? !facts_.if_unmodified_since.empty() &&
                                      !is_unmodified(facts_.if_unmodified_since, facts.st_mtime)
                                : !matches_tag(facts_.if_match, tag)) {
      precondition_failed();
      return true;
    }
    if (facts_.if_none_match.empty() ? !modified.empty() && facts_.if_modified_since == modified
                                     : names_tag(facts_.if_none_match, tag)) {
      not_modified();
      return true;
    }
  }
  auto wanted = byte_range{0, size};
  auto found = range_kind::whole;
  if (facts_.method == verb::get && what_.status == 200 && !facts_.range.empty() &&
      (facts_.if_range.empty() || facts_.if_range == tag || facts_.if_range == modified))
    found = read_range(facts_.range, size, wanted);
  if (found == range_kind::impossible) {
    what_.headers.add("Content-Range", fmt::format("bytes */{}", size));
    start(416);
    add_length(head_, 0);
    finish();
    return true;
  }
  if (found == range_kind::part)
    what_.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", wanted.first,
                                                   wanted.first + wanted.count - 1, size));
  start(found == range_kind::part ? 206 : what_.status);
  add_length(head_, wanted.count);
  finish();
  if (facts_.method == verb::head)
    return true;
  body_.file = std::move(opened);
  body_.file_at = wanted.first;
  body_.file_left = wanted.count;
  return true;
}

void writer::stream(std::shared_ptr<socket_listener> listener) {
  start(what_.status);
  // The end of the connection is the end of the stream; no length, no chunks.
  what_.close = true;
  finish();
  if (facts_.method != verb::head)
    body_.stream = std::move(listener);
}

}  // namespace

open_file::~open_file() {
  if (handle_ >= 0)
    ::close(handle_);
}

answer_facts facts_of(const request& what) {
  answer_facts facts;
  facts.method = what.method;
  std::string codings;
  // One walk: this runs for every request, and most have none of these.
  for (std::size_t i = 0; i < what.headers.size(); ++i) {
    auto [name, value] = what.headers[i];
    switch (name.size()) {
      case 5:
        if (same_text(name, "range"))
          facts.range = value;
        break;
      case 8:
        if (same_text(name, "if-range"))
          facts.if_range = value;
        else if (same_text(name, "if-match"))
          add_list(facts.if_match, value);
        break;
      case 13:
        if (same_text(name, "if-none-match"))
          add_list(facts.if_none_match, value);
        break;
      case 15:
        if (same_text(name, "accept-encoding"))
          add_list(codings, value);
        break;
      case 17:
        if (same_text(name, "if-modified-since"))
          facts.if_modified_since = value;
        break;
      case 19:
        if (same_text(name, "if-unmodified-since"))
          facts.if_unmodified_since = value;
        break;
      default:
        break;
    }
  }
  facts.gzip = accepts_gzip(codings);
  if (facts.gzip && what.headers.contains("x-no-compression"))
    facts.gzip = false;
  return facts;
}

bool prepare(reply&& what, const answer_facts& facts, const head_extras& extras, std::string& head,
             answer_body& body) {
  body = answer_body{};
  writer out{what, facts, extras, head, body};
  if (auto* file = std::get_if<file_body>(&what.body))
    return out.file(file->path);
  if (auto* stream = std::get_if<event_stream>(&what.body)) {
    out.stream(std::move(stream->listener));
    return true;
  }
  if (auto* text = std::get_if<std::string>(&what.body)) {
    body.owned = std::move(*text);
    body.bytes = body.owned;
  } else if (auto& shared = std::get<shared_body>(what.body)) {
    body.shared = std::move(shared);
    body.bytes = body.shared->text;
  }
  out.bytes();
  return true;
}

}  // namespace stoa
