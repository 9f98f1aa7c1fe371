#include "tools/load/member.hpp"

#include "schema/json_writer.hpp"
#include "tools/load/crew.hpp"
#include "tools/load/scan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa::load {

namespace {

using namespace std::chrono_literals;

constexpr auto answer_patience = 10s;
constexpr auto short_pause = 100ms;

bool worth_a_retry(std::string_view code) {
  return code == "overloaded" || code == "unavailable" || code == "too_many";
}

}  // namespace

member::member(crew& with, std::uint32_t account, std::uint32_t room, std::string source)
    : with_(with), account_(account), room_(room), source_(std::move(source)) {}

member::~member() {
  if (socket_)
    socket_->let_go();
}

// -- the connection -----------------------------------------------------------------------

void member::dial() {
  if (gone_)
    return with_.gate_passed();
  ++generation_;
  // A slow reader has a small window, so that the server feels it.
  const load::dial how{&with_.where(), source_, with_.account_of(account_).token, slow_ ? 4096 : 0,
                       with_.deflates()};
  socket_ = dial_socket(with_.io(), how, *this);
}

void member::on_open() {
  with_.gate_passed();
  ++with_.counts.connected;
  subscribe();
  for (auto& each : waiting_)
    send(each);
  if (history_.waits())
    read_history(history_.after());
}

void member::on_end(const ending& why) {
  const bool opened = subscribing_ || live_;
  if (!opened)
    with_.gate_passed();
  socket_ = nullptr;
  if (live_)
    with_.left(*this);
  live_ = subscribing_ = false;
  more_after_.reset();
  for (auto& each : waiting_)
    each.sent = {};
  with_.note_ending(why);
  const bool over = (why.how == ending::kind::closed && (why.code == 4401 || why.code == 1008)) ||
                    (why.how == ending::kind::turned_away && why.code < 500 && why.code != 429);
  if (over) {
    gone_ = true;
    with_.members_book().breach_of(
        "a signed-in client may come back",
        fmt::format("{}: {} {}", with_.account_of(account_).id, why.code, why.text));
    return;
  }
  come_back(opened);
}

void member::come_back(bool at_once) {
  failures_ = at_once ? 0 : failures_ + 1;
  with_.later(back_off(failures_, with_.dice()), [this] { with_.want_in(*this); });
}

void member::drop() {
  if (socket_ && (live_ || subscribing_))
    socket_->drop();
}

void member::leave() {
  gone_ = true;
  live_ = subscribing_ = false;
  if (auto it = std::exchange(socket_, nullptr))
    it->let_go();
}

void member::read_slowly(bool slowly) {
  slow_ = slowly;
  lags_ = lags_ || slowly;
  if (socket_ && live_ && slowly)
    socket_->pause();
  if (socket_ && !slowly)
    socket_->resume();
}

// -- what it says -------------------------------------------------------------------------

void member::subscribe() {
  subscribing_ = true;
  subscribed_at_ = steady::now();
  more_after_.reset();
  std::string text;
  json_writer json{text};
  json.begin_object().member("type", "subscribe").key("streams").begin_array().begin_object();
  json.member("stream", with_.stream_of(room_));
  if (seen_.begun())
    json.member("after", seen_.last());
  json.end_object().end_array().end_object();
  socket_->send(std::move(text));
}

void member::say(book::number message) {
  waiting_.push_back({message});
  if (live_)
    send(waiting_.back());
}

void member::send(wish& what) {
  std::string text;
  json_writer json{text};
  json.begin_object().member("type", "post").member("stream", with_.stream_of(room_));
  json.member("key", with_.members_book().key_of(what.message));
  json.member("text", with_.members_book().text(what.message)).end_object();
  if (what.tries++ > 0)
    ++with_.counts.retries;
  if (socket_ && socket_->send(std::move(text)))
    what.sent = steady::now();
}

void member::typing() {
  if (!live_)
    return;
  std::string text;
  json_writer{text}
      .begin_object()
      .member("type", "typing")
      .member("stream", with_.stream_of(room_))
      .member("typing", true)
      .end_object();
  socket_->send(std::move(text));
  ++with_.counts.typing_sent;
}

void member::read_history(std::uint64_t after) {
  history_.ask(after);
  history_asked_ = steady::now();
  if (!socket_ || !live_)
    return;
  std::string text;
  json_writer{text}
      .begin_object()
      .member("type", "history")
      .member("stream", with_.stream_of(room_))
      .member("after", after)
      .member("limit", 200)
      .member("ref", history_.reference())
      .end_object();
  socket_->send(std::move(text));
}

void member::sweep(steady::time_point now) {
  if (!socket_ || (!live_ && !subscribing_) || slow_)
    return;
  if (subscribing_ && now - subscribed_at_ > answer_patience) {
    ++with_.counts.unanswered;
    return drop();
  }
  for (auto& each : waiting_)
    if (each.sent != steady::time_point{} && now - each.sent > answer_patience) {
      ++with_.counts.unanswered;
      send(each);
    }
  if (history_.waits() && now - history_asked_ > answer_patience)
    read_history(history_.after());
}

// -- what it hears ------------------------------------------------------------------------

void member::on_text(std::string_view text) {
  members_of first{text};
  if (!first.next() || first.name != "type")
    return with_.note_unreadable(text);
  const auto type = inside(first.value);
  if (type == "event")
    on_event(text, true);
  else if (type == "events")
    on_events(text);
  else if (type == "ack")
    on_ack(text);
  else if (type == "signal")
    ++with_.counts.signals;
  else if (type == "subscribed" || type == "reload")
    on_subscribed(text, type == "reload");
  else if (type == "refused")
    on_refused(text);
  else if (type == "history")
    on_history(text);
  else if (type == "gap") {
    ++with_.counts.owner_gaps;
    with_.later(short_pause, [this, generation = generation_] {
      if (socket_ && generation == generation_)
        subscribe();
    });
  } else if (type == "heartbeat") {
    if (live_ && number_of(member_of(text, "last")) > seen_.last()) {
      ++with_.counts.heartbeats_ahead;
      subscribe();
    }
  } else if (type != "welcome" && type != "pong") {
    with_.note_unreadable(text);
  }
}

void member::on_subscribed(std::string_view text, bool reload) {
  const auto last = number_of(member_of(text, "last"));
  if (reload) {
    with_.members_book().breach_of(
        "a number that was seen stays",
        fmt::format("{} saw {} of room {}, which now ends at {}", with_.account_of(account_).id,
                    seen_.last(), room_ + 1, last));
    seen_.begin(last);
    return subscribe();
  }
  subscribing_ = false;
  failures_ = 0;
  const auto from = number_of(member_of(text, "from"));
  const auto to = number_of(member_of(text, "to"));
  if (!seen_.begun()) {
    seen_.begin(to);
    with_.members_book().begin_room(room_, to);
  } else if (from < seen_.last()) {
    repeats_until_ = seen_.last();
  }
  if (!live_) {
    live_ = true;
    with_.arrived(*this);
  }
  if (member_of(text, "live") != "true")
    more_after_ = to;
  after_replay();
  for (auto& each : waiting_)
    if (each.sent == steady::time_point{})
      send(each);
  if (history_.waits())
    read_history(history_.after());
  if (slow_)
    socket_->pause();
}

void member::after_replay() {
  if (more_after_ && seen_.last() >= *more_after_)
    subscribe();
}

void member::on_event(std::string_view event, bool on_time) {
  std::uint64_t seq = 0;
  std::string_view key;
  // `data` comes last and is long.
  for (members_of each{event}; each.next() && each.name != "data";) {
    if (each.name == "seq")
      seq = number_of(each.value);
    else if (each.name == "key")
      key = inside(each.value);
  }
  auto& books = with_.members_book();
  switch (seen_.note(seq)) {
    case seen::how::next:
      break;
    case seen::how::skipping:
      ++with_.counts.gaps;
      break;
    case seen::how::late:
      ++with_.counts.out_of_order;
      break;
    case seen::how::twice:
      if (seq <= repeats_until_)
        return;
      ++with_.counts.doubled;
      books.breach_of("nobody sees an event twice",
                      fmt::format("{} saw {} of room {} again after {}",
                                  with_.account_of(account_).id, seq, room_ + 1, seen_.last()));
      return;
  }
  books.delivered(room_, seq, books.find(key), on_time && !lags_);
}

void member::on_events(std::string_view text) {
  for (items_of each{member_of(text, "events")}; each.next();)
    on_event(each.value, false);
  after_replay();
}

std::deque<member::wish>::iterator member::find(book::number message) {
  return std::find_if(waiting_.begin(), waiting_.end(),
                      [&](const auto& each) { return each.message == message; });
}

void member::on_ack(std::string_view text) {
  const auto message = with_.members_book().find(inside(member_of(text, "key")));
  if (message == book::foreign)
    return with_.note_unreadable(text);
  with_.members_book().acked(message, number_of(member_of(text, "seq")));
  if (const auto at = find(message); at != waiting_.end()) {
    waiting_.erase(at);
    with_.answered(message);
  }
}

void member::on_refused(std::string_view text) {
  const auto code = inside(member_of(text, "code"));
  const auto reference = inside(member_of(text, "ref"));
  const auto wait = std::chrono::seconds{number_of(member_of(text, "retryAfter"))};
  ++with_.counts.refused[std::string{code}];
  const auto again = [&](std::uint32_t tries, auto what) {
    with_.later(std::max<steady::duration>(wait, back_off(tries, with_.dice())),
                [this, generation = generation_, what] {
                  if (socket_ && generation == generation_)
                    what();
                });
  };
  if (asked_page::is_reference(reference))
    return again(2, [this] {
      if (history_.waits())
        read_history(history_.after());
    });
  const auto message = with_.members_book().find(reference);
  if (message == book::foreign) {
    // A subscription is refused by the name of its stream.
    if (reference == with_.stream_of(room_) && worth_a_retry(code))
      again(2, [this] { subscribe(); });
    else if (reference == with_.stream_of(room_))
      with_.members_book().breach_of("a member may follow its room", std::string{text});
    return;
  }
  const auto at = find(message);
  if (at == waiting_.end())
    return;
  if (!worth_a_retry(code)) {
    waiting_.erase(at);
    with_.members_book().refused(message, code);
    return with_.answered(message);
  }
  at->sent = {};
  again(at->tries, [this, message] {
    if (const auto still = find(message);
        still != waiting_.end() && still->sent == steady::time_point{})
      send(*still);
  });
}

void member::on_history(std::string_view text) {
  if (!history_.is_answer(inside(member_of(text, "ref"))))
    return;
  const auto asked = history_.after();
  std::uint64_t reached = asked;
  auto& books = with_.members_book();
  for (items_of each{member_of(text, "events")}; each.next();) {
    std::uint64_t seq = 0;
    std::string_view key, author, data;
    for (members_of part{each.value}; part.next();) {
      if (part.name == "seq")
        seq = number_of(part.value);
      else if (part.name == "key")
        key = inside(part.value);
      else if (part.name == "by")
        author = inside(member_of(part.value, "id"));
      else if (part.name == "data")
        data = part.value;
    }
    const auto message = books.find(key);
    books.recorded(room_, seq, message, author,
                   message == book::foreign ? "" : with_.account_of(books.author(message)).id,
                   text_of(member_of(data, "text")));
    reached = seq;
  }
  history_.came();
  const auto last = number_of(member_of(text, "last"));
  if (reached == asked)
    with_.history_read(room_, last);
  else
    read_history(reached);
}

}  // namespace stoa::load
