#include "tools/load/book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace stoa::load {

namespace {
constexpr std::size_t most_examples = 5;
constexpr book::number unknown = UINT32_MAX;
}  // namespace

// -- one client -------------------------------------------------------------------------

void seen::begin(std::uint64_t number) {
  begun_ = true;
  first_ = last_ = number;
  holes_.clear();
}

seen::how seen::note(std::uint64_t seq) {
  if (seq == last_ + 1) {
    last_ = seq;
    return how::next;
  }
  if (seq > last_) {
    holes_.push_back({last_ + 1, seq - 1});
    last_ = seq;
    return how::skipping;
  }
  for (auto at = holes_.begin(); at != holes_.end(); ++at) {
    if (seq < at->from || seq > at->to)
      continue;
    const hole left{at->from, seq - 1}, right{seq + 1, at->to};
    holes_.erase(at);
    for (const auto& each : {left, right})
      if (each.from <= each.to)
        holes_.push_back(each);
    return how::late;
  }
  return how::twice;
}

std::uint64_t seen::missing(std::uint64_t last_of_stream) const {
  auto count = last_of_stream > last_ ? last_of_stream - last_ : 0;
  for (const auto& each : holes_)
    count += each.to - each.from + 1;
  return count;
}

// -- what was sent ----------------------------------------------------------------------

book::book(std::string run, std::size_t rooms, std::function<std::string(number)> texts)
    : run_(std::move(run) + '-'), texts_(std::move(texts)), rooms_(rooms) {}

book::number book::wished(std::uint32_t author, std::uint32_t room) {
  messages_.push_back({steady::now(), author, room});
  return static_cast<number>(messages_.size() - 1);
}

std::string book::key_of(number message) const {
  return run_ + std::to_string(message);
}

book::number book::find(std::string_view key) const {
  if (!key.starts_with(run_))
    return foreign;
  number out = foreign;
  std::from_chars(key.data() + run_.size(), key.data() + key.size(), out);
  return out < messages_.size() ? out : foreign;
}

std::string book::name(number message) const {
  return message >= messages_.size() ? "something else" : key_of(message);
}

void book::acked(number message, std::uint64_t seq) {
  auto& it = messages_[message];
  if (it.is == state::acked) {
    // A retry whose first ack was on its way: the same answer, or the promise is broken.
    if (it.seq != seq)
      breach_of("one answer for a key", fmt::format("{}: {} and {}", name(message), it.seq, seq));
    return;
  }
  it.is = state::acked;
  it.seq = seq;
  ++acks;
  to_ack.add(steady::now() - it.sent);
  auto& room = rooms_[it.room];
  room.last = std::max(room.last, seq);
}

void book::refused(number message, std::string_view code) {
  messages_[message].is = state::refused;
  ++refusals[std::string{code}];
}

// -- what came --------------------------------------------------------------------------

void book::begin_room(std::uint32_t room, std::uint64_t base) {
  auto& it = rooms_[room];
  if (it.begun && base >= it.base)
    return;
  if (it.begun)
    it.messages.insert(it.messages.begin(), it.base - base, unknown);
  it.begun = true;
  it.base = it.read = base;
  it.last = std::max(it.last, base);
}

void book::agree(std::uint32_t room, std::uint64_t seq, number message) {
  auto& it = rooms_[room];
  if (seq <= it.base)
    return;
  const auto index = seq - it.base - 1;
  if (index >= it.messages.size())
    it.messages.resize(index + 1, unknown);
  it.last = std::max(it.last, seq);
  auto& known = it.messages[index];
  if (known == unknown)
    known = message;
  else if (known != message)
    breach_of("one event for a number", fmt::format("room {} number {}: {} and {}", room + 1, seq,
                                                    name(known), name(message)));
}

void book::delivered(std::uint32_t room, std::uint64_t seq, number message, bool on_time) {
  ++deliveries;
  agree(room, seq, message);
  if (message != foreign)
    (on_time ? to_delivery : to_catch_up).add(steady::now() - messages_[message].sent);
}

// -- what is kept -----------------------------------------------------------------------

void book::recorded(std::uint32_t room, std::uint64_t seq, number message, std::string_view author,
                    std::string_view expected_author, const std::string& text) {
  auto& it = rooms_[room];
  if (seq != it.read + 1)
    breach_of("history without a gap",
              fmt::format("room {}: {} comes after {}", room + 1, seq, it.read));
  it.read = seq;
  agree(room, seq, message);
  if (message == foreign)
    return;
  if (in_order && message < it.newest)
    breach_of("the order is kept", fmt::format("{} comes after {}", name(message), it.newest - 1));
  it.newest = message + 1;
  auto& sent = messages_[message];
  if (sent.in_history < UINT8_MAX)
    ++sent.in_history;
  if (sent.in_history > 1)
    breach_of("a message is kept once", fmt::format("{} again as {}", name(message), seq));
  if (sent.is == state::acked && sent.seq != seq)
    breach_of("an ack tells the number",
              fmt::format("{}: acknowledged as {}, kept as {}", name(message), sent.seq, seq));
  if (sent.room != room || author != expected_author)
    breach_of("a message is kept as it was said", name(message) + ": other room or author");
  else if (text != texts_(message))
    breach_of("a message is kept as it was said", name(message) + ": other text");
}

void book::end_room(std::uint32_t room, std::uint64_t last) {
  auto& it = rooms_[room];
  if (it.read < it.last)
    breach_of("history is complete", fmt::format("room {}: it ends at {}, clients know of {}",
                                                 room + 1, it.read, it.last));
  it.last = std::max(it.last, last);
}

void book::close() {
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    const auto& it = messages_[i];
    const auto what = static_cast<number>(i);
    if (it.is == state::acked && it.in_history == 0)
      breach_of("what is acknowledged is kept",
                fmt::format("{}, acknowledged as {} of room {}", name(what), it.seq, it.room + 1));
    if (it.is == state::refused && it.in_history > 0)
      breach_of("what is refused is not kept", name(what));
    if (it.is == state::waiting)
      breach_of("every message is answered", name(what));
  }
}

void book::breach_of(const std::string& promise, const std::string& example) {
  auto& to = breaches[promise];
  ++to.count;
  if (to.examples.size() < most_examples)
    to.examples.push_back(example);
}

}  // namespace stoa::load
