#include "tools/load/crew.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <set>

namespace stoa::load {

namespace {

constexpr auto look_for_all = 50ms;  // whether everybody is back
constexpr auto history_patience = 120s;
constexpr auto last_patience = 5s;

std::string name_of_run(std::mt19937& dice) {
  return fmt::format("{:08x}", dice());
}

double seconds(steady::duration x) {
  return std::chrono::duration<double>(x).count();
}

std::string source_address(const crew_options& how, std::size_t index) {
  // A loopback network has 2^24 addresses, so neither ports nor a limit per address run out.
  if (!how.where.loopback || how.per_address == 0)
    return {};
  const auto number = index / how.per_address + 1;
  return fmt::format("127.0.{}.{}", number / 250, number % 250 + 1);
}

}  // namespace

crew::crew(std::string name, crew_options how, const people& who, std::vector<seat> seats,
           std::size_t rooms, script& what)
    : name_(std::move(name)),
      how_(std::move(how)),
      who_(who),
      what_(what),
      signals_(io_, SIGINT, SIGTERM),
      dice_(std::random_device{}()),
      books_(name_of_run(dice_), rooms, [this](book::number n) { return what_.text(n); }),
      rooms_asked_(rooms, false),
      rooms_read_(rooms, false) {
  for (std::size_t i = 0; i < rooms; ++i)
    streams_.push_back("room:" + who.groups[i].id);
  for (std::size_t i = 0; i < seats.size(); ++i)
    members_.push_back(
        std::make_unique<member>(*this, seats[i].account, seats[i].room, source_address(how_, i)));
}

crew::~crew() {
  agenda_.clear();
  members_.clear();
}

// -- the run ----------------------------------------------------------------------------

report crew::run() {
  if (!how_.server_command.empty()) {
    child_.emplace(how_.server_command, how_.server_log);
    if (auto started = child_->start(); !started) {
      report out{name_};
      out.end = verdict::unreachable;
      out.reason = started.error().text;
      return out;
    }
  }
  signals_.async_wait([this](const boost::system::error_code& why, int) {
    if (!why)
      interrupt();
  });
  began_ = second_ = steady::now();
  before_ = usage_of(server());
  std::vector<member*> any;
  for (auto& each : members_)
    any.push_back(each.get());
  std::shuffle(any.begin(), any.end(), dice_);
  for (std::size_t i = 0; i < any.size() && i < how_.slow_readers; ++i)
    any[i]->read_slowly(true);
  for (auto* each : any)
    want_in(*each);
  enter(phase::gathering);
  tick();
  io_.run();
  auto out = sum_up();
  if (child_)
    child_->stop();
  return out;
}

void crew::enter(phase next) {
  phase_ = next;
  phase_since_ = steady::now();
  switch (next) {
    case phase::gathering:
      break;
    case phase::talking:
      gathered_ = talking_since_ = phase_since_;
      gathered_use_ = usage_of(server());
      cpu_before_ = cpu_of_dead_ + used().cpu_seconds;
      what_.begin(*this);
      if (how_.storm_every > 0ms)
        later(how_.storm_every, [this] { storm(); });
      if (child_ && how_.kill_every > 0ms)
        later(how_.kill_every, [this] { kill_server(); });
      break;
    case phase::settling:
      talking_until_ = phase_since_;
      deliveries_talking_ = books_.deliveries;
      talking_use_ = usage_of(server());
      cpu_talking_ = cpu_of_dead_ + used().cpu_seconds - cpu_before_;
      for (auto& each : members_)
        if (each->slow())
          each->read_slowly(false);
      break;
    case phase::reading: {
      std::set<std::uint32_t> asked;
      for (auto& each : members_)
        if (each->live() && asked.insert(each->room()).second)
          each->read_history(books_.base(each->room()));
      unread_ = asked.size();
      for (const auto room : asked)
        rooms_asked_[room] = true;
      for (const auto& each : members_)
        if (!asked.contains(each->room())) {
          books_.breach_of("history can be read", streams_[each->room()] + ": nobody is connected");
          asked.insert(each->room());
        }
      break;
    }
    case phase::catching_up:
      break;
    case phase::done:
      agenda_.clear();
      signals_.cancel();
      for (auto& each : members_)
        each->leave();
      break;
  }
}

void crew::tick() {
  if (phase_ == phase::done)
    return;
  later(beat, [this] { tick(); });
  const auto now = steady::now();
  const auto spent = now - phase_since_;
  if (now - second_ >= 1s)
    each_second();
  switch (phase_) {
    case phase::gathering:
      if (live_ == members_.size())
        return enter(phase::talking);
      if (child_ && child_->ended())
        trouble_ = "the server that was started has ended";
      if (spent < how_.gather && trouble_.empty() && !interrupted_)
        return;
      unreachable_ = true;
      if (trouble_.empty())
        trouble_ = fmt::format("{} of {} were connected in time", live_, members_.size());
      return enter(phase::done);
    case phase::talking:
      if ((what_.tick(now) && !(kills_to_come() && spent < longest_talk())) || interrupted_)
        enter(phase::settling);
      return;
    case phase::settling:
      if (settled() || spent > how_.settle)
        enter(phase::reading);
      return;
    case phase::reading:
      if (unread_ > 0 && spent < history_patience)
        return;
      for (std::size_t i = 0; i < rooms_read_.size(); ++i)
        if (rooms_asked_[i] && !rooms_read_[i])
          books_.breach_of("history can be read", streams_[i] + ": not in time");
      return enter(phase::catching_up);
    case phase::catching_up:
      if (caught_up() || spent > last_patience)
        enter(phase::done);
      return;
    case phase::done:
      return;
  }
}

bool crew::caught_up() const {
  return std::all_of(members_.begin(), members_.end(), [this](const auto& each) {
    return each->lost() || (each->live() && each->track().last() >= books_.last(each->room()));
  });
}

bool crew::settled() const {
  return caught_up() && std::all_of(members_.begin(), members_.end(),
                                    [](const auto& each) { return each->unanswered() == 0; });
}

void crew::interrupt() {
  if (std::exchange(interrupted_, true)) {
    trouble_ = "stopped before the books were closed";
    return enter(phase::done);
  }
  signals_.async_wait([this](const boost::system::error_code& why, int) {
    if (!why)
      interrupt();
  });
}

book::number crew::say(member& who) {
  const auto number = books_.wished(who.account(), who.room());
  who.say(number);
  return number;
}

// -- coming and going -------------------------------------------------------------------

void crew::want_in(member& who) {
  at_gate_.push_back(&who);
  open_gate();
}

void crew::open_gate() {
  while (!at_gate_.empty() && dialing_ < how_.dialing) {
    ++dialing_;
    auto* next = at_gate_.front();
    at_gate_.pop_front();
    next->dial();
  }
}

void crew::gate_passed() {
  --dialing_;
  // In a turn of its own: the caller may be on the way into the gate.
  if (!at_gate_.empty())
    boost::asio::post(io_, [this] { open_gate(); });
}

void crew::arrived(member&) {
  ++live_;
}
void crew::left(member&) {
  --live_;
}

void crew::history_read(std::uint32_t room, std::uint64_t last) {
  books_.end_room(room, last);
  rooms_read_[room] = true;
  --unread_;
}

void crew::note_ending(const ending& why) {
  switch (why.how) {
    case ending::kind::unreachable:
      ++counts.endings["unreachable"];
      break;
    case ending::kind::turned_away:
      ++counts.endings[fmt::format("answered {}", why.code)];
      break;
    case ending::kind::closed:
      ++counts.endings[fmt::format("closed {}", why.code)];
      break;
    case ending::kind::broken:
      ++counts.endings["broken"];
      break;
    case ending::kind::dropped:
      ++counts.endings["dropped by us"];
      break;
  }
}

void crew::note_unreadable(std::string_view text) {
  ++counts.unreadable;
  books_.breach_of("every frame can be read", std::string{text.substr(0, 200)});
}

void crew::storm() {
  if (phase_ != phase::talking)
    return;
  later(how_.storm_every, [this] { storm(); });
  std::bernoulli_distribution leaves{how_.storm_share};
  for (auto& each : members_)
    if (each->live() && !each->slow() && leaves(dice_)) {
      ++counts.storms;
      each->drop();
    }
}

// -- the server -------------------------------------------------------------------------

int crew::server() const {
  return child_ ? child_->process() : how_.server_pid;
}

usage crew::used() const {
  return usage_of(server());
}

void crew::kill_server() {
  if (phase_ != phase::talking)
    return;
  // How long everybody takes to come back depends on the machine; who is not back cannot lose a
  // connection again.
  if (!std::all_of(members_.begin(), members_.end(),
                   [](const auto& each) { return each->live() || each->lost(); })) {
    later(look_for_all, [this] { kill_server(); });
    return;
  }
  cpu_of_dead_ += used().cpu_seconds;
  child_->kill();
  ++counts.kills;
  if (!how_.quiet)
    std::cout << fmt::format("{:>5.0f}s  kill -9", seconds(steady::now() - talking_since_))
              << std::endl;
  later(how_.down_time, [this] { restart_server(); });
}

bool crew::kills_to_come() const {
  return child_ && how_.kill_every > 0ms && counts.kills < how_.kills;
}

// Long enough for everybody to come back from every kill that was asked for.
steady::duration crew::longest_talk() const {
  return how_.kills * (how_.kill_every + how_.down_time + how_.settle);
}

void crew::restart_server() {
  if (auto started = child_->start(); !started)
    trouble_ = started.error().text;
  if (how_.kills == 0 || counts.kills < how_.kills)
    later(how_.kill_every, [this] { kill_server(); });
}

// -- telling ----------------------------------------------------------------------------

void crew::each_second() {
  const auto now = steady::now();
  const auto took = seconds(now - std::exchange(second_, now));
  for (auto& each : members_)
    each->sweep(now);
  if (how_.quiet)
    return;
  static constexpr const char* names[] = {"gathering", "talking",     "settling",
                                          "reading",   "catching up", "done"};
  const auto fresh = books_.deliveries - std::exchange(last_deliveries_, books_.deliveries);
  std::cout << fmt::format(
                   "{:>5.0f}s  {:<11} {:>6}/{} connected  {:>8} said  {:>8} acked  {:>9} delivered"
                   " ({:.0f}/s)  p50 {:.1f} p99 {:.1f} ms  broken {}",
                   seconds(now - began_), names[static_cast<int>(phase_)], live_, members_.size(),
                   books_.size(), books_.acks, books_.deliveries, static_cast<double>(fresh) / took,
                   books_.to_delivery.at(0.5), books_.to_delivery.at(0.99), books_.breaches.size())
            << std::endl;
}

report crew::sum_up() {
  report out{name_};
  if (unreachable_) {
    out.end = verdict::unreachable;
    out.reason = trouble_;
    out.section("connections");
    for (const auto& [how, count] : counts.endings)
      out.add(how, count);
    return out;
  }
  std::uint64_t expected = 0, lost = 0;
  for (const auto& each : members_) {
    const auto last = books_.last(each->room());
    if (!each->track().begun())
      continue;
    expected += last - each->track().first();
    const auto missing = each->track().missing(last);
    lost += missing;
    if (missing > 0)
      books_.breach_of(
          "everybody sees every event",
          fmt::format("{} misses {} of room {} (saw up to {} of {}){}",
                      account_of(each->account()).id, missing, each->room() + 1,
                      each->track().last(), last, each->live() ? "" : ", not connected"));
  }
  if (counts.gaps > 0)
    books_.breach_of("events come in order",
                     fmt::format("{} times a number was skipped", counts.gaps));
  books_.close();
  if (!trouble_.empty())
    books_.breach_of("the run could be finished", trouble_);

  const auto talking = seconds(talking_until_ - talking_since_);
  out.section("run");
  out.add("clients", std::uint64_t{members_.size()});
  out.add("rooms", std::uint64_t{streams_.size()});
  out.add("slow_readers", std::uint64_t{how_.slow_readers});
  out.add("seconds", talking);
  out.add("kills", std::uint64_t{counts.kills});
  out.add("connections_per_second",
          static_cast<double>(members_.size()) / std::max(0.001, seconds(gathered_ - began_)));
  out.add("reconnects",
          counts.connected - std::min<std::uint64_t>(counts.connected, members_.size()));
  out.section("messages");
  out.add("said", std::uint64_t{books_.size()});
  out.add("acked", books_.acks);
  out.add("acked_per_second", static_cast<double>(books_.acks) / std::max(0.001, talking));
  out.add("sent_again", counts.retries);
  out.add("unanswered_in_10s", counts.unanswered);
  for (const auto& [code, count] : counts.refused)
    out.add("refused_" + code, count);
  out.section("deliveries");
  out.add("expected", expected);
  out.add("received", books_.deliveries);
  out.add("lost", lost);
  out.add("doubled", counts.doubled);
  out.add("out_of_order", counts.out_of_order);
  out.add("gaps", counts.gaps);
  out.add("per_second", static_cast<double>(deliveries_talking_) / std::max(0.001, talking));
  out.add("signals", counts.signals);
  out.add("owner_gaps", counts.owner_gaps);
  out.add("heartbeats_ahead", counts.heartbeats_ahead);
  out.section("latency");
  out.add("post_to_ack", books_.to_ack);
  out.add("post_to_delivery", books_.to_delivery);
  out.add("post_to_missed_delivery", books_.to_catch_up);
  out.section("connections");
  for (const auto& [how, count] : counts.endings)
    out.add(how, count);
  if (server() > 0 || counts.kills > 0) {
    const auto below = usage_of_descendants(server());
    out.section("server");
    out.add("cpu_seconds_talking", cpu_talking_);
    out.add("cpu_share", cpu_talking_ / std::max(0.001, talking));
    out.add("rss_before_mb", static_cast<double>(before_.resident) / 1e6);
    out.add("rss_gathered_mb", static_cast<double>(gathered_use_.resident) / 1e6);
    out.add("rss_end_mb", static_cast<double>(talking_use_.resident) / 1e6);
    if (how_.server_pid > 0 && gathered_use_.resident > before_.resident)
      out.add("rss_per_connection_kb",
              static_cast<double>(gathered_use_.resident - before_.resident) / 1024.0 /
                  static_cast<double>(members_.size()));
    out.add("children_pss_mb", static_cast<double>(below.own) / 1e6);
  }
  out.breaches = books_.breaches;
  out.end = out.breaches.empty() ? verdict::kept : verdict::broken;
  if (interrupted_)
    out.reason = "ended early";
  return out;
}

}  // namespace stoa::load
