#include "actors/checkins/campus.hpp"

#include "actors/checkins/calendar.hpp"
#include "actors/core/log.hpp"
#include "persistence/audit.hpp"
#include "persistence/described.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace stoa {

namespace {

constexpr std::size_t most_waiting = 65'536;              // who wait for events at once
constexpr auto retry = std::chrono::milliseconds{1'000};  // after events could not be read
// The wall clock may be set: look at it again at least this often.
constexpr auto longest_wait = std::chrono::hours{1};

std::string select_check_ins() {
  return "select " + columns_under(check_in_entity, "c") + ", " + person_columns("u") +
         " from check_ins c join users u on u.id = c.user_id and u.is_active"
         " order by c.created_at";
}

statement select_person(const user_id& who) {
  static const sql_text text{"select " + person_columns("u") + " from users u where u.id = $1"};
  return prepared(text, who);
}

// A newer check-in stays, whichever of two commits is heard of first.
const sql_text& upsert() {
  static const sql_text text{
      "insert into check_ins as c (id, establishment_id, user_id, location_name, latitude,"
      " longitude, status_emoji, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)"
      " on conflict (user_id) do update set id = excluded.id,"
      " establishment_id = excluded.establishment_id, location_name = excluded.location_name,"
      " latitude = excluded.latitude, longitude = excluded.longitude,"
      " status_emoji = excluded.status_emoji, created_at = excluded.created_at,"
      " updated_at = now() where c.created_at < excluded.created_at"};
  return text;
}

}  // namespace

campus_state::campus_state(protocol::pointer self, establishment_id of, database_actor database,
                           campus_pace pace)
    : self_(self),
      establishment_(std::move(of)),
      database_(std::move(database)),
      pace_(std::move(pace)),
      listed_(std::make_shared<check_in_list>()) {}

campus_state::~campus_state() {
  // They come back, and get everything anew.
  for (const auto& each : followers_)
    each->close(close_code::try_later, "the campus restarts");
}

campus_state::protocol::behavior_type campus_state::make_behavior() {
  load();
  return {
      [this](scope& who, check_in_here& what) {
        return answer_with(self_, take(std::move(who), std::move(what)));
      },
      [this](scope& who, check_out& what) {
        return answer_with(self_, give_back(std::move(who), std::move(what.which)));
      },
      [this](read_campus) -> caf::result<campus_lists> {
        auto reply = self_->make_response_promise<campus_lists>();
        with_events([this, reply](outcome<event_lists> events) mutable {
          if (events)
            reply.deliver(campus_lists{listed(), *events});
          else
            reply.deliver(to_error(events.error()));
        });
        return reply;
      },
      [this](const where_is& what) {
        purge();
        const auto found = by_user_.find(what.who.value);
        return found == by_user_.end() ? check_in_ptr{} : found->second;
      },
      [this](forget_person& what) { return answer_with(self_, forget(std::move(what.who))); },
      [this](events_changed) { note_events_changed(); },
      [this](person_changed& what) { return answer_with(self_, read_person(std::move(what.who))); },
      [this](follow_campus& what) { follow(std::move(what)); },
      [this](const unfollow_campus& what) { unfollow(what.who); },
  };
}

// -- who is where -----------------------------------------------------------------------

void campus_state::load() {
  static const sql_text text{select_check_ins()};
  auto look = in_establishment(establishment_.value, prepared(text));
  look.within_ms = 10'000;
  ask(self_, database_, std::move(look))
      .await(
          [this](results& found) {
            const auto width = check_in_entity.fields.size();
            for (std::size_t i = 0; i < found[0].size(); ++i)
              keep(std::make_shared<check_in>(check_in{described_at<check_in_row>(found[0], i),
                                                       campus_person_at(found[0], i, width)}));
            purge();
          },
          [this](caf::error& why) { self_->quit(std::move(why)); });
}

task<check_in_ptr> campus_state::take(scope who, check_in_here what) {
  auto row = std::move(what.what);
  row.id = fresh<check_in_id>();
  row.establishment = establishment_;
  row.user = who.user;
  // No two of a campus are of one moment, so "newer" has one meaning here and in the table.
  row.created_at.micros = last_moment_ = std::max(last_moment_ + 1, pace_.clock().micros);
  auto work = in_establishment(
      establishment_.value,
      prepared(upsert(), row.id, row.establishment, row.user, row.location_name,
               codecs::real_to_sql(row.latitude), codecs::real_to_sql(row.longitude),
               row.status_emoji, row.created_at),
      select_person(who.user));
  auto done = co_await ask(self_, database_, std::move(work));
  if (done[1].empty())
    throw fault_error(fault_code::unauthenticated, "signed out");
  auto made = std::make_shared<check_in>();
  made->row = std::move(row);
  made->who = campus_person_at(done[1], 0, 0);
  check_in_ptr out = std::move(made);
  keep(out);
  check_ins_changed();
  co_return out;
}

task<void> campus_state::give_back(scope who, check_in_id which) {
  purge();
  const auto found = user_of_.find(which.value);
  if (found == user_of_.end())
    throw fault_error(fault_code::not_found, "no such check-in");
  const auto user = found->second;
  if (user != who.user.value)
    throw fault_error(fault_code::forbidden, "not one's own check-in");
  auto work = in_establishment(establishment_.value,
                               prepared("delete from check_ins where id = $1", which));
  co_await ask(self_, database_, std::move(work));
  // Meanwhile there may be a newer one, which stays.
  const auto still = by_user_.find(user);
  if (still == by_user_.end() || still->second->row.id != which)
    co_return;
  drop(user);
  check_ins_changed();
}

void campus_state::keep(check_in_ptr fresh) {
  const auto& user = fresh->row.user.value;
  if (const auto old = by_user_.find(user); old != by_user_.end()) {
    if (old->second->row.created_at > fresh->row.created_at)
      return;
    drop(user);
  }
  order_.emplace(fresh->row.created_at.micros, user);
  user_of_.emplace(fresh->row.id.value, user);
  by_user_.emplace(user, std::move(fresh));
  listed_ = nullptr;
  watch_expiry();
}

void campus_state::drop(const std::string& user) {
  const auto found = by_user_.find(user);
  if (found == by_user_.end())
    return;
  const auto gone = found->second;  // `user` may be a part of it
  order_.erase({gone->row.created_at.micros, gone->row.user.value});
  user_of_.erase(gone->row.id.value);
  by_user_.erase(found);
  listed_ = nullptr;
}

void campus_state::purge() {
  const auto oldest =
      iso_time{pace_.clock().micros -
               std::chrono::duration_cast<std::chrono::microseconds>(pace_.valid).count()};
  bool any = false;
  while (!order_.empty() && order_.begin()->first <= oldest.micros) {
    drop(order_.begin()->second);
    any = true;
  }
  if (!any)
    return;
  check_ins_changed();
  auto work = in_establishment(
      establishment_.value,
      prepared("delete from check_ins where created_at <= $1::timestamptz", oldest));
  // They are not shown any more; those that stay in the table go with the next purge.
  ask(self_, database_, std::move(work))
      .then([](results&) {},
            [](caf::error& why) {
              log_of("checkins")->warn("old check-ins stay: {}", in_full(to_fault(why)));
            });
}

void campus_state::watch_expiry() {
  if (watching_ || order_.empty())
    return;
  watching_ = true;
  const auto valid = std::chrono::duration_cast<std::chrono::microseconds>(pace_.valid);
  const std::chrono::microseconds left{order_.begin()->first + valid.count() -
                                       pace_.clock().micros};
  const auto wait =
      std::clamp<std::chrono::milliseconds>(std::chrono::ceil<std::chrono::milliseconds>(left),
                                            std::chrono::milliseconds{1}, longest_wait);
  after_delay(self_, wait, [this] {
    watching_ = false;
    purge();
    watch_expiry();
  });
}

std::shared_ptr<const check_in_list> campus_state::listed() {
  purge();
  if (!listed_) {
    auto fresh = std::make_shared<check_in_list>();
    fresh->reserve(std::min(order_.size(), pace_.most_listed));
    for (auto at = order_.rbegin(); at != order_.rend() && fresh->size() < pace_.most_listed; ++at)
      fresh->push_back(by_user_.at(at->second));
    listed_ = std::move(fresh);
  }
  return listed_;
}

// -- events -----------------------------------------------------------------------------

void campus_state::with_events(told_events then) {
  if (loaded_ == changes_) {
    then(events_);
    return;
  }
  if (waiting_.size() >= most_waiting) {
    then(fail(fault_code::overloaded, "too many wait for the events"));
    return;
  }
  waiting_.push_back({changes_, std::move(then)});
  if (!loading_)
    load_events();
}

// Whoever asked before a change need not wait for what comes after it.
void campus_state::load_events() {
  loading_ = true;
  const auto tell = [this](const outcome<event_lists>& what) {
    auto all = std::exchange(waiting_, {});
    for (auto& each : all)
      if (!what || each.wanted <= loaded_)
        each.then(what);
      else
        waiting_.push_back(std::move(each));
  };
  ask(self_, database_, calendar::look_for_events(establishment_))
      .then(
          [this, tell, reached = changes_](results& found) {
            loading_ = false;
            events_ = std::make_shared<event_list>(calendar::events_of(found));
            loaded_ = reached;
            for (auto& each : listeners_)
              each.initial = {};
            tell(events_);
            if (!waiting_.empty() && !loading_)
              load_events();
          },
          [this, tell](caf::error& why) {
            loading_ = false;
            tell(to_fault(why));
          });
}

// -- people -----------------------------------------------------------------------------

task<void> campus_state::read_person(user_id who) {
  auto look = in_establishment(establishment_.value, select_person(who));
  auto found = co_await ask(self_, database_, std::move(look));
  note_events_changed();
  const auto here = by_user_.find(who.value);
  if (here == by_user_.end() || found[0].empty())
    co_return;
  auto fresh = std::make_shared<check_in>(*here->second);
  fresh->who = campus_person_at(found[0], 0, 0);
  here->second = std::move(fresh);
  listed_ = nullptr;
  check_ins_changed();
}

// The person's check-in is ours, so the person is deleted here.
task<void> campus_state::forget(user_id who) {
  auto work =
      in_establishment(establishment_.value, prepared("delete from users where id = $1", who),
                       acting(who, ""));  // people leave by themselves
  co_await ask(self_, database_, std::move(work));
  if (by_user_.contains(who.value)) {
    drop(who.value);
    check_ins_changed();
  }
  note_events_changed();
}

// -- telling ----------------------------------------------------------------------------

void campus_state::follow(follow_campus what) {
  joining_.insert(what.who.get());
  with_events([this, what](outcome<event_lists> events) {
    // Who has gone meanwhile must not be kept.
    if (joining_.erase(what.who.get()) == 0)
      return;
    if (events)
      admit(what, *events);
    else
      what.who->close(close_code::try_later, "the campus cannot be read");
  });
}

void campus_state::admit(const follow_campus& what, const event_lists& events) {
  auto at = std::find_if(listeners_.begin(), listeners_.end(),
                         [&](const listeners& each) { return each.how == what.how; });
  if (at == listeners_.end())
    at = listeners_.insert(listeners_.end(), listeners{what.how, {}, {}});
  const bool stale = !listed_;
  const auto check_ins = listed();
  if (stale || at->initial.size() == 0)
    at->initial = what.how->initial(campus_lists{check_ins, events});
  what.who->push(at->initial);
  at->all.add(what.who);
  followers_.insert(what.who);
}

void campus_state::unfollow(const outbox_ptr& who) {
  joining_.erase(who.get());
  if (followers_.erase(who) == 0)
    return;
  for (auto& each : listeners_)
    each.all.remove(who);
  std::erase_if(listeners_, [](const listeners& each) { return each.all.empty(); });
}

void campus_state::check_ins_changed() {
  for (auto& each : listeners_)
    each.initial = {};
  plan(check_ins_out_, &campus_state::push_check_ins);
}

void campus_state::note_events_changed() {
  ++changes_;
  plan(events_out_, &campus_state::push_events);
}

void campus_state::plan(outgoing& list, void (campus_state::*push)()) {
  if (std::exchange(list.planned, true))
    return;
  const auto wait =
      std::chrono::ceil<std::chrono::milliseconds>(list.not_before - self_->clock().now());
  after_delay(self_, std::max(wait, std::chrono::milliseconds{0}),
              [this, push] { (this->*push)(); });
}

template <class Make>
void campus_state::send(outgoing& list, Make make) {
  std::uint64_t bytes = 0;
  for (auto& each : listeners_) {
    const auto told = make(*each.how);
    bytes += told.size() * each.all.size();
    each.all.send(told, urgency::latest);
  }
  const std::chrono::milliseconds leaving{bytes * 1000 / pace_.bytes_per_second};
  list.planned = false;
  list.not_before = self_->clock().now() + std::max(pace_.gather, leaving);
}

void campus_state::push_check_ins() {
  const auto all = listed();
  send(check_ins_out_, [&](const campus_view& how) { return how.check_ins(*all); });
}

void campus_state::push_events() {
  // Nobody to tell: read when somebody asks.
  if (listeners_.empty()) {
    events_out_.planned = false;
    return;
  }
  with_events([this](outcome<event_lists> events) {
    if (events) {
      send(events_out_, [&](const campus_view& how) { return how.events(**events); });
      // What happened while they were read.
      if (loaded_ != changes_)
        plan(events_out_, &campus_state::push_events);
      return;
    }
    log_of("checkins")->warn("campus {}: {}", establishment_.value, in_full(events.error()));
    events_out_.planned = false;
    events_out_.not_before = self_->clock().now() + retry;
    plan(events_out_, &campus_state::push_events);
  });
}

}  // namespace stoa
