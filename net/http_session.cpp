#include "net/http_session.hpp"

#include "actors/core/log.hpp"
#include "net/answer.hpp"
#include "net/forwarded.hpp"
#include "net/head.hpp"
#include "net/request_log.hpp"
#include "net/sse_session.hpp"
#include "net/ws_session.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <unistd.h>

namespace stoa {

namespace {

using std::chrono::steady_clock;
using error_code = boost::system::error_code;

constexpr std::size_t small_body = 8 * 1024;       // copied behind its head: one piece, one call
constexpr std::size_t corked_most = 64 * 1024;     // pipelined answers gathered before writing
constexpr std::size_t file_step = 256 * 1024;      // per sendfile, so that others get their turn
constexpr std::size_t kept_output = 4 * 1024;      // capacity an idle connection may keep
constexpr std::size_t chunk_line_most = 4 * 1024;  // a chunk header that is longer is an attack

bool good_request_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 128 &&
         id.find_first_not_of(
             "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.") ==
             std::string_view::npos;
}

fault_code code_for(int status) noexcept {
  switch (status) {
    case 413:
    case 414:
    case 431:
      return fault_code::too_large;
    case 429:
      return fault_code::too_many;
    case 404:
      return fault_code::not_found;
    case 500:
    case 504:
      return fault_code::unavailable;
    case 503:
      return fault_code::overloaded;
    default:
      return fault_code::invalid;
  }
}

const char* text_for(int status) noexcept {
  switch (status) {
    case 404:
      return "there is nothing here";
    case 408:
      return "the request took too long";
    case 413:
      return "the body is too large";
    case 414:
      return "the address is too long";
    case 415:
      return "the body has a coding that is not read here: send it without Content-Encoding";
    case 417:
      return "this expectation cannot be met";
    case 426:
      return "WebSocket version 13 is needed";
    case 431:
      return "the headers are too large";
    case 500:
      return "nobody answered";
    case 501:
      return "this method or transfer coding is not supported";
    case 504:
      return "the answer took too long";
    case 505:
      return "HTTP/1.1 is needed";
    default:
      return "the request is malformed";
  }
}

/// One connection speaking HTTP/1.1. One request at a time; what is pipelined behind it waits as
/// bytes. Everything happens on the loop, so there is no lock and no strand.
class http_session final : public swept, public reply_target, public upgrade_target {
public:
  explicit http_session(connection&& from)
      : wire_(std::move(from)),
        on_(wire_->on),
        at_(wire_->at),
        trusted_(at_->proxies->trusts(wire_->peer)) {}

  void start();
  void start_refused(int status, const char* text);

  // -- answers, from any thread ------------------------------------------------------
  void deliver(std::optional<reply> answer) override;
  void deliver(std::optional<upgrade_answer> answer) override;

  // -- swept ---------------------------------------------------------------------------
  void sweep(steady_time now) override;
  void drain(close_code) override;
  void kill() override { let_go(); }

private:
  enum class stage : std::uint8_t { handshake, idle, head, body, answering, writing, over };

  std::shared_ptr<http_session> self() {
    return std::static_pointer_cast<http_session>(shared_from_this());
  }

  // -- the engine ------------------------------------------------------------------------
  void pump();
  bool step();
  void wait_readable();
  void read_plain();
  void on_bytes(std::string_view bytes);
  std::size_t parse(std::string_view input);

  // -- reading -----------------------------------------------------------------------------
  std::size_t take_head(std::string_view input);
  std::size_t take_body(std::string_view input);
  void head_done();
  void complete_head();
  void dispatch();
  void remember(const request& what);
  void dispatch_upgrade();

  // -- answering -----------------------------------------------------------------------------
  void answer(reply&& what);
  [[nodiscard]] bool is_logged(int status) const;
  void log(int status, std::uint64_t bytes, reply_note note) const;
  void refuse(int status);
  void refuse(int status, const char* text);
  void decide(std::optional<upgrade_answer> what);

  // -- writing -------------------------------------------------------------------------------
  [[nodiscard]] bool has_output() const noexcept {
    return out_at_ < out_.size() || body_at_ < body_.bytes.size() || body_.file_left > 0;
  }
  [[nodiscard]] bool write();
  [[nodiscard]] bool write_plain();
  [[nodiscard]] bool write_tls();
  void wrote(std::size_t size);
  void wait_writable();

  void set_deadline(std::chrono::milliseconds from_now) {
    deadline_ = steady_clock::now() + from_now;
  }
  void depart();
  void let_go();

  std::optional<connection> wire_;
  std::shared_ptr<loop> on_;
  std::shared_ptr<const port> at_;
  stage stage_ = stage::handshake;
  bool trusted_;
  bool pumping_ = false;
  bool fresh_ = false;    // `in_` may hold something to parse
  bool reading_ = false;  // a read waits
  bool writing_ = false;  // a write waits
  bool close_ = false;    // the answer being written is the last
  bool draining_ = false;
  bool upgrading_ = false;
  bool understood_ = false;  // the head of the request that is being answered
  steady_time began_{};      // its first byte came
  steady_time deadline_ = steady_time::max();
  steady_time body_began_{};

  std::string in_;                  // received, not yet parsed
  std::unique_ptr<char[]> sealed_;  // what TLS reads into
  request request_;
  std::optional<request_reader> reader_;
  answer_facts facts_;
  upgrade_facts upgrade_;
  std::optional<upgrade_answer> decided_;

  std::string out_;  // heads and small bodies
  std::size_t out_at_ = 0;
  answer_body body_;
  std::size_t body_at_ = 0;
};

// -- the engine -------------------------------------------------------------------------

void http_session::start() {
  on_->enlist(shared_from_this());
  set_deadline(at_->bounds->head_time);
  auto* tls = wire_->wire.tls();
  if (tls == nullptr) {
    stage_ = stage::idle;
    return pump();
  }
  tls->async_handshake(boost::asio::ssl::stream_base::server,
                       [me = self(), keep = wire_->wire.keep()](const error_code& why) {
                         if (!me->wire_)
                           return;
                         if (why)
                           return me->let_go();
                         me->sealed_.reset(new char[16 * 1024]);
                         me->stage_ = stage::idle;
                         me->set_deadline(me->at_->bounds->head_time);
                         me->pump();
                       });
}

void http_session::start_refused(int status, const char* text) {
  on_->enlist(shared_from_this());
  set_deadline(at_->bounds->closing);
  // A refused TLS connection gets no handshake: that is the expensive part.
  if (wire_->wire.tls() != nullptr)
    return let_go();
  refuse(status, text);
  pump();
}

void http_session::pump() {
  if (pumping_)
    return;
  pumping_ = true;
  while (step()) {
  }
  pumping_ = false;
}

bool http_session::step() {
  if (!wire_ || writing_)
    return false;
  if (has_output())
    return write();
  if (out_.capacity() > kept_output)
    std::string{}.swap(out_);
  if (body_.stream) {
    auto listener = std::move(body_.stream);
    auto rest = std::move(*wire_);
    let_go();
    open_event_stream(std::move(rest), std::move(listener));
    return false;
  }
  if (close_) {
    depart();
    return false;
  }
  if (stage_ == stage::writing) {
    body_ = answer_body{};
    body_at_ = 0;
    stage_ = stage::idle;
    set_deadline(at_->bounds->keep_alive);
  }
  if (decided_) {
    decide(std::exchange(decided_, std::nullopt));
    return wire_.has_value();
  }
  if (stage_ != stage::idle && stage_ != stage::head && stage_ != stage::body)
    return false;
  if (fresh_ && !in_.empty()) {
    fresh_ = false;
    auto used = parse(in_);
    in_.erase(0, used);
    if (in_.empty())
      std::string{}.swap(in_);
    return true;
  }
  if (draining_ && stage_ == stage::idle) {
    depart();
    return false;
  }
  wait_readable();
  return false;
}

void http_session::wait_readable() {
  if (reading_)
    return;
  reading_ = true;
  if (wire_->wire.tls() == nullptr) {
    wire_->wire.socket().async_wait(transport::socket_type::wait_read,
                                    [me = self()](const error_code& why) {
                                      me->reading_ = false;
                                      if (!me->wire_)
                                        return;
                                      if (why)
                                        return me->let_go();
                                      me->read_plain();
                                    });
    return;
  }
  wire_->wire.read_some(boost::asio::buffer(sealed_.get(), 16 * 1024),
                        [me = self()](const error_code& why, std::size_t size) {
                          me->reading_ = false;
                          if (!me->wire_)
                            return;
                          if (why)
                            return me->let_go();
                          me->on_bytes({me->sealed_.get(), size});
                        });
}

void http_session::read_plain() {
  std::size_t size = 0;
  auto& scratch = on_->scratch;
  switch (wire_->wire.read_now(scratch, size)) {
    case transport::tried::blocked:
      return wait_readable();
    case transport::tried::broken:
      return let_go();
    case transport::tried::moved:
      break;
  }
  if (size == 0)
    return let_go();
  on_bytes({scratch.data(), size});
}

void http_session::on_bytes(std::string_view bytes) {
  pumping_ = true;
  if (in_.empty()) {
    auto used = parse(bytes);
    in_.assign(bytes.substr(used));
  } else {
    in_.append(bytes);
    fresh_ = true;
  }
  pumping_ = false;
  pump();
}

std::size_t http_session::parse(std::string_view input) {
  std::size_t used = 0;
  while (stage_ == stage::idle || stage_ == stage::head || stage_ == stage::body) {
    if (close_ || decided_)
      break;
    auto rest = input.substr(used);
    if (rest.empty())
      return used;
    auto step = stage_ == stage::body ? take_body(rest) : take_head(rest);
    if (step == 0)
      break;
    used += step;
    if (out_.size() > corked_most && stage_ == stage::idle)
      stage_ = stage::writing;
  }
  // Stopped because something must be done first, not for want of bytes.
  fresh_ = stage_ != stage::idle && stage_ != stage::head && stage_ != stage::body;
  return used;
}

// -- reading ----------------------------------------------------------------------------

std::size_t http_session::take_head(std::string_view input) {
  const auto& bounds = *at_->bounds;
  if (stage_ == stage::idle) {
    // An empty line before a request is forgiven (RFC 9112 §2.2).
    if (input.starts_with("\r\n"))
      return 2;
    if (input == "\r")
      return 0;
    stage_ = stage::head;
    // Whatever refuses this head knows nothing of the request before it.
    request_ = request{};
    request_.site = at_->site;
    facts_ = answer_facts{};
    understood_ = false;
    began_ = steady_clock::now();
    deadline_ = began_ + bounds.head_time;
  }
  auto line = input.find("\r\n");
  auto line_size = std::min(line, input.size());
  // Method and version around the target take at most some thirty bytes.
  if (line_size > bounds.target + 32) {
    refuse(414);
    return 0;
  }
  auto end = line == std::string_view::npos ? line : input.find("\r\n\r\n", line);
  auto size = end == std::string_view::npos ? input.size() : end + 4;
  if (size > bounds.head) {
    refuse(431);
    return 0;
  }
  if (end == std::string_view::npos) {
    // Bytes that no head begins with need not wait for its end.
    auto first = static_cast<unsigned char>(input.front());
    if (first < 'A' || first > 'Z' || input.find("\n\n") != std::string_view::npos)
      refuse(400);
    return 0;
  }
  reader_.emplace(request_, bounds.fields);
  if (auto status = reader_->read_head(input.substr(0, size)); status != 0) {
    refuse(status);
    return 0;
  }
  on_->counts.requests.fetch_add(1, std::memory_order_relaxed);
  head_done();
  return size;
}

void http_session::complete_head() {
  request_.secure = wire_->wire.tls() != nullptr;
  request_.peer = wire_->peer;
  if (trusted_) {
    auto said = read_forwarded(*at_->proxies, wire_->peer, request_.headers);
    request_.peer = std::move(said.client);
    request_.forwarded_host = std::move(said.host);
    request_.scheme_unsaid = !said.secure;
    // A proxy may speak TLS to us of its own, or none: what it was asked over is what counts.
    request_.secure = said.secure.value_or(request_.secure);
  }
  auto id = request_.header("x-request-id");
  request_.id = good_request_id(id) ? std::string{id} : on_->fresh_id();
  understood_ = true;
}

void http_session::head_done() {
  complete_head();
  facts_ = facts_of(request_);
  facts_.http11 = reader_->http11();
  facts_.keep = reader_->keep_alive() && !draining_;
  auto has_body = !reader_->is_done();
  if (reader_->upgrade() && has_token(request_.headers.all("upgrade"), "websocket")) {
    if (has_body || request_.method != verb::get || !facts_.http11)
      return refuse(400);
    return dispatch_upgrade();
  }
  if (has_body && !is_plain(request_.headers.all("content-encoding")))
    return refuse(415);
  auto plan = at_->to.plan(request_);
  if (plan.refusal) {
    // A body that is not going to be read leaves no way to find the next request.
    plan.refusal->close |= has_body;
    return answer(std::move(*plan.refusal));
  }
  if (auto length = reader_->content_length(); length && *length > plan.limit)
    return refuse(413);
  if (!has_body) {
    if (plan.into) {
      if (auto status = plan.into->finish(); status != 0)
        return refuse(status);
      request_.sink = std::move(plan.into);
    }
    return dispatch();
  }
  reader_->body_goes(plan.limit, std::move(plan.into));
  stage_ = stage::body;
  body_began_ = steady_clock::now();
  deadline_ = body_began_ + at_->bounds->body_time;
  if (reader_->wants_continue() && facts_.http11)
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
}

std::size_t http_session::take_body(std::string_view input) {
  std::size_t used = 0;
  if (auto status = reader_->read_body(input, used); status != 0) {
    refuse(status);
    return 0;
  }
  if (reader_->is_done()) {
    dispatch();
    return used;
  }
  if (input.size() - used > chunk_line_most) {
    refuse(400);
    return 0;
  }
  // Time grows with what has come, so that a slow line may finish and a dripping one may not.
  const auto& bounds = *at_->bounds;
  constexpr std::uint64_t first = 64 * 1024;
  if (auto extra = reader_->received(); extra > first && bounds.body_pace > 0)
    deadline_ = body_began_ + bounds.body_time +
                std::chrono::milliseconds{(extra - first) * 1000 / bounds.body_pace};
  return used;
}

// What an error's shape may depend on stays when the request moves to its handler; the rest, and
// with it bodies and files, is the handler's alone.
void http_session::remember(const request& what) {
  request_.method = what.method;
  request_.path = what.path;
  request_.id = what.id;
  request_.site = what.site;
}

void http_session::dispatch() {
  stage_ = stage::answering;
  set_deadline(at_->bounds->answer_time);
  reader_.reset();
  auto whole = std::exchange(request_, request{});
  remember(whole);
  at_->to.on_request(std::move(whole),
                     reply_sink{std::shared_ptr<reply_target>{shared_from_this(), this}});
}

void http_session::dispatch_upgrade() {
  if (request_.header("sec-websocket-version") != "13") {
    auto shaped = at_->to.edge_error(426, fail(fault_code::invalid, text_for(426)), request_);
    say_upgrade(shaped);
    return answer(std::move(shaped));
  }
  upgrade_.key = request_.header("sec-websocket-key");
  upgrade_.extensions = request_.headers.all("sec-websocket-extensions");
  upgrade_.host = request_.authority;
  // Sixteen bytes in base64.
  if (upgrade_.key.size() != 24 || !upgrade_.key.ends_with("=="))
    return refuse(400);
  stage_ = stage::answering;
  upgrading_ = true;
  set_deadline(at_->bounds->answer_time);
  reader_.reset();
  auto whole = std::exchange(request_, request{});
  remember(whole);
  at_->to.on_upgrade(std::move(whole),
                     upgrade_sink{std::shared_ptr<upgrade_target>{shared_from_this(), this}});
}

// -- answering --------------------------------------------------------------------------

void http_session::deliver(std::optional<reply> what) {
  if (!on_->here()) {
    on_->post([me = self(), what = std::move(what)]() mutable { me->deliver(std::move(what)); });
    return;
  }
  // Too late: it was answered 504 meanwhile, or the client has gone.
  if (!wire_ || stage_ != stage::answering || upgrading_)
    return;
  if (what)
    answer(std::move(*what));
  else
    refuse(500);
  pump();
}

void http_session::deliver(std::optional<upgrade_answer> what) {
  if (!on_->here()) {
    on_->post([me = self(), what = std::move(what)]() mutable { me->deliver(std::move(what)); });
    return;
  }
  if (!wire_ || stage_ != stage::answering || !upgrading_)
    return;
  if (!what || !what->listener) {
    upgrading_ = false;
    if (what)
      answer(std::move(what->refusal));
    else
      refuse(500);
  } else {
    decided_ = std::move(what);
  }
  pump();
}

void http_session::decide(std::optional<upgrade_answer> what) {
  auto rest = std::move(*wire_);
  auto early = std::move(in_);
  auto facts = std::move(upgrade_);
  auto note = take_note(what->headers);
  what->headers.add("X-Request-Id", request_.id);
  if (is_logged(101))
    log(101, 0, std::move(note));
  let_go();
  open_websocket(std::move(rest), std::move(facts), std::move(*what), std::move(early));
}

void http_session::answer(reply&& what) {
  if (what.close || draining_)
    facts_.keep = false;
  auto closes = !facts_.keep || std::holds_alternative<event_stream>(what.body);
  if (request_.id.empty())
    request_.id = on_->fresh_id();
  head_extras extras{on_->date_line(), at_->to.fixed_headers(), request_.id, *at_->bounds};
  auto note = take_note(what.headers);
  const bool logged = is_logged(what.status);
  const auto status_line = out_.size();
  if (!prepare(std::move(what), facts_, extras, out_, body_)) {
    auto missing = at_->to.edge_error(404, fail(fault_code::not_found, text_for(404)), request_);
    return answer(std::move(missing));
  }
  close_ = closes && !body_.stream;
  body_at_ = 0;
  if (logged)
    // What was 200 may have become 206 or 304 on the way.
    log(std::stoi(out_.substr(status_line + 9, 3)), body_.bytes.size() + body_.file_left,
        std::move(note));
  if (body_.bytes.size() <= small_body && body_.file_left == 0 && !body_.stream) {
    out_.append(body_.bytes);
    body_ = answer_body{};
    stage_ = stage::idle;
    set_deadline(at_->bounds->keep_alive);
  } else {
    stage_ = stage::writing;
  }
}

// Who is turned away at the door has not asked anything, and is counted elsewhere.
bool http_session::is_logged(int status) const {
  return stage_ != stage::handshake && leaves_line(*at_->log, status);
}

void http_session::log(int status, std::uint64_t bytes, reply_note note) const {
  request_line line{request_.id,    {}, {}, status, steady_clock::now() - began_, bytes,
                    std::move(note)};
  if (understood_) {
    line.method = name_of(request_.method);
    line.path = request_.path;
  }
  write_line(*at_->log, line);
}

void http_session::refuse(int status) {
  refuse(status, text_for(status));
}

void http_session::refuse(int status, const char* text) {
  const auto why = fail(code_for(status), text);
  auto shaped = at_->to.edge_error(status, why, request_);
  reader_.reset();
  shaped.close = true;
  if (status == 415)
    shaped.headers.add("Accept-Encoding", "identity");
  if (is_logged(status))
    put_note({{}, in_full(why)}, shaped.headers);
  answer(std::move(shaped));
}

// -- writing ----------------------------------------------------------------------------

bool http_session::write() {
  // The clock of a write starts anew with every byte the client takes.
  return wire_->wire.tls() != nullptr ? write_tls() : write_plain();
}

bool http_session::write_plain() {
  while (out_at_ < out_.size() || body_at_ < body_.bytes.size()) {
    std::array<iovec, 2> pieces;
    std::size_t count = 0;
    if (out_at_ < out_.size())
      pieces[count++] = {out_.data() + out_at_, out_.size() - out_at_};
    if (body_at_ < body_.bytes.size())
      pieces[count++] = {const_cast<char*>(body_.bytes.data()) + body_at_,
                         body_.bytes.size() - body_at_};
    std::size_t size = 0;
    switch (wire_->wire.write_now({pieces.data(), count}, size)) {
      case transport::tried::moved:
        wrote(size);
        break;
      case transport::tried::blocked:
        wait_writable();
        return false;
      case transport::tried::broken:
        let_go();
        return false;
    }
  }
  for (std::size_t turn = 0; body_.file_left > 0; turn += file_step) {
    if (turn >= 4 * file_step) {
      // A fast client and a long file: let others have the loop.
      writing_ = true;
      boost::asio::post(on_->context, [me = self()] {
        me->writing_ = false;
        me->pump();
      });
      return false;
    }
    std::size_t size = 0;
    auto most = static_cast<std::size_t>(std::min<std::uint64_t>(body_.file_left, file_step));
    switch (wire_->wire.send_file_now(body_.file.get(), body_.file_at, most, size)) {
      case transport::tried::moved:
        body_.file_left -= size;
        break;
      case transport::tried::blocked:
        wait_writable();
        return false;
      case transport::tried::broken:
        let_go();
        return false;
    }
  }
  return true;
}

bool http_session::write_tls() {
  if (out_at_ == out_.size() && body_at_ == body_.bytes.size() && body_.file_left > 0) {
    // The next piece of the file, through the same string that carries heads.
    out_.resize(16 * 1024);
    out_at_ = 0;
    auto most = std::min<std::uint64_t>(out_.size(), body_.file_left);
    auto size = ::pread(body_.file.get(), out_.data(), static_cast<std::size_t>(most),
                        static_cast<off_t>(body_.file_at));
    if (size <= 0) {
      let_go();
      return false;
    }
    out_.resize(static_cast<std::size_t>(size));
    body_.file_at += out_.size();
    body_.file_left -= out_.size();
  }
  auto piece =
      out_at_ < out_.size() ? std::string_view{out_}.substr(out_at_) : body_.bytes.substr(body_at_);
  writing_ = true;
  set_deadline(at_->bounds->write_time);
  wire_->wire.tls()->async_write_some(
      boost::asio::buffer(piece.data(), piece.size()),
      [me = self(), keep = wire_->wire.keep()](const error_code& why, std::size_t size) {
        me->writing_ = false;
        if (!me->wire_)
          return;
        if (why)
          return me->let_go();
        me->wrote(size);
        me->pump();
      });
  return false;
}

void http_session::wrote(std::size_t size) {
  auto head = std::min(size, out_.size() - out_at_);
  out_at_ += head;
  body_at_ += size - head;
  if (out_at_ == out_.size()) {
    out_.clear();
    out_at_ = 0;
  }
}

void http_session::wait_writable() {
  writing_ = true;
  set_deadline(at_->bounds->write_time);
  wire_->wire.socket().async_wait(transport::socket_type::wait_write,
                                  [me = self()](const error_code& why) {
                                    me->writing_ = false;
                                    if (!me->wire_)
                                      return;
                                    if (why)
                                      return me->let_go();
                                    me->pump();
                                  });
}

// -- time and the end -------------------------------------------------------------------

void http_session::sweep(steady_time now) {
  if (!wire_ || now <= deadline_)
    return;
  if (writing_)
    return let_go();
  switch (stage_) {
    case stage::head:
    case stage::body:
      refuse(408);
      break;
    case stage::answering:
      upgrading_ = false;
      decided_.reset();
      refuse(504);
      break;
    case stage::handshake:
    case stage::idle:
    case stage::writing:
    case stage::over:
      return let_go();
  }
  pump();
}

void http_session::drain(close_code) {
  draining_ = true;
  facts_.keep = false;
  if (!wire_ || writing_ || has_output())
    return;
  if (stage_ == stage::idle || stage_ == stage::handshake)
    depart();
}

void http_session::depart() {
  if (!wire_)
    return;
  auto rest = std::move(*wire_);
  let_go();
  boost::system::error_code ignored;
  // A read may still wait; whoever sees the connection off reads from here on.
  rest.wire.socket().cancel(ignored);
  linger(std::move(rest), at_->bounds->closing);
}

void http_session::let_go() {
  if (!wire_)
    return;
  stage_ = stage::over;
  // The husk may be held by an answer that never comes; it must not hold a body or a sink.
  wire_.reset();
  reader_.reset();
  request_ = request{};
  // A TLS write that is ending may still look at its bytes; then the write holds the husk, not
  // long.
  if (!writing_)
    body_ = answer_body{};
  on_->delist(*this);
}

}  // namespace

void serve_http(connection&& from) {
  std::make_shared<http_session>(std::move(from))->start();
}

void turn_away(connection&& from, int status, const char* text) {
  std::make_shared<http_session>(std::move(from))->start_refused(status, text);
}

}  // namespace stoa
