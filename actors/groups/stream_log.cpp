#include "actors/groups/stream_log.hpp"

#include "actors/groups/event_rows.hpp"
#include "schema/array_text.hpp"

#include <algorithm>

namespace stoa {

namespace {

constexpr auto recovery_pause = std::chrono::milliseconds{250};

// The text of a deleted message is gone from what is sent, at once and for good.
constexpr const char* select_events =
    "select e.seq, e.kind, e.author_id, u.first_name, u.last_name, u.email, u.profile_image_url,"
    " e.client_key, e.subject,"
    " case when m.is_deleted and e.kind in ('message', 'edit')"
    "      then jsonb_build_object('id', e.subject, 'deleted', true) else e.data end,"
    " e.created_at"
    " from stream_events e left join users u on u.id = e.author_id"
    " left join messages m on m.id = e.subject and e.kind in ('message', 'edit')"
    " where e.stream = $1 ";

sql_text newest_events() {
  static const sql_text text{std::string{select_events} + "order by e.seq desc limit $2::int"};
  return text;
}
sql_text following_events() {
  static const sql_text text{std::string{select_events} +
                             "and e.seq > $2::bigint order by e.seq limit $3::int"};
  return text;
}
sql_text preceding_events() {
  static const sql_text text{std::string{select_events} +
                             "and e.seq < $2::bigint order by e.seq desc limit $3::int"};
  return text;
}
sql_text event_of_key() {
  static const sql_text text{std::string{select_events} +
                             "and (e.author_id, e.client_key) in"
                             " (select * from unnest($2::text[], $3::text[]))"};
  return text;
}

std::string key_of(const std::string& author, const std::string& key) {
  return author + '\n' + key;
}

fault too_many_wishes() {
  return fail(fault_code::overloaded, "too many messages at once; try again");
}

std::string scrubbed(const std::string& subject) {
  return R"({"id":")" + subject + R"(","deleted":true})";
}

}  // namespace

// -- rows -----------------------------------------------------------------------------

statement select_event_of_key(const std::string& stream, const std::string& author,
                              const std::string& key) {
  array_text authors, keys;
  authors.add(author);
  keys.add(key);
  return {event_of_key(), {stream, authors.take(), keys.take()}};
}

event_ptr read_stream_event(const std::string& stream, const rows& from, std::size_t row) {
  auto out = std::make_shared<stream_event>();
  out->stream = stream;
  out->seq = static_cast<std::uint64_t>(from.integer(row, 0));
  out->kind = from.text(row, 1);
  out->author.id = user_id{from.text(row, 2)};
  out->author.first_name = from.text(row, 3);
  out->author.last_name = from.text(row, 4);
  out->author.email = from.text(row, 5);
  if (auto url = from.cell(row, 6))
    out->author.avatar = std::string{*url};
  out->client_key = from.text(row, 7);
  out->subject = from.text(row, 8);
  out->data = from.text(row, 9);
  out->at = from.moment(row, 10);
  return out;
}

// -- the log --------------------------------------------------------------------------

stream_log::stream_log(std::string stream, std::string establishment, wiring wires,
                       stream_limits limits)
    : stream_(std::move(stream)),
      establishment_(std::move(establishment)),
      wires_(std::move(wires)),
      limits_(limits),
      batch_now_(limits.batch) {}

stream_log::~stream_log() {
  for (auto& [how, who] : audiences_)
    if (!who.empty())
      if (auto bytes = how->gap(stream_); bytes.size() > 0)
        who.send(bytes);
}

// -- loading ------------------------------------------------------------------------

statement stream_log::restore_statement() const {
  return {newest_events(), {stream_, std::to_string(limits_.memory)}};
}

void stream_log::restore(const rows& newest_first) {
  for (std::size_t i = newest_first.size(); i-- > 0;) {
    auto event = read_event(newest_first, i);
    last_ = event->seq;
    remember(std::move(event));
  }
}

event_ptr stream_log::read_event(const rows& from, std::size_t row) const {
  return read_stream_event(stream_, from, row);
}

transaction stream_log::load(std::uint64_t after, std::size_t limit) const {
  transaction out;
  out.establishment = establishment_;
  out.statements.emplace_back(
      following_events(),
      std::vector<sql_value>{stream_, std::to_string(after), std::to_string(limit)});
  return out;
}

// -- saving -------------------------------------------------------------------------

bool stream_log::idle() const noexcept {
  return !busy_ && pending_.empty() && followers() == 0;
}

bool stream_log::knows(const user_id& author, const std::string& client_key) const {
  if (client_key.empty())
    return false;
  const auto key = key_of(author.value, client_key);
  return by_key_.contains(key) || waiting_twins_.contains(key);
}

void stream_log::save(wish what) {
  if (!what.client_key.empty()) {
    const auto key = key_of(what.author.id.value, what.client_key);
    if (auto known = by_key_.find(key); known != by_key_.end()) {
      what.done(known->second, {});
      return;
    }
    // The same wish is on its way to the database: both get its answer.
    if (auto twins = waiting_twins_.find(key); twins != waiting_twins_.end()) {
      if (twins_ >= limits_.pending) {
        what.done(too_many_wishes(), {});
        return;
      }
      ++twins_;
      twins->second.push_back(std::move(what.done));
      return;
    }
  }
  if (full(what)) {
    what.done(too_many_wishes(), {});
    return;
  }
  if (!what.client_key.empty())
    waiting_twins_.try_emplace(key_of(what.author.id.value, what.client_key));
  pending_bytes_ += what.data.size();
  pending_.push_back(std::move(what));
  if (busy_)
    return;
  if (uncertain_)
    recover();
  else
    flush();
}

// An empty queue takes whatever the edge let in.
bool stream_log::full(const wish& for_this) const noexcept {
  return pending_.size() >= limits_.pending ||
         (!pending_.empty() && pending_bytes_ + for_this.data.size() > limits_.pending_bytes);
}

void stream_log::flush() {
  if (busy_ || pending_.empty())
    return;
  busy_ = true;
  const auto count = std::min(pending_.size(), batch_now_);
  array_text streams, seqs, kinds, authors, keys, subjects, datas, ats;
  std::vector<const wish*> batch;
  transaction out;
  out.establishment = establishment_;
  for (std::size_t i = 0; i < count; ++i) {
    pending_bytes_ -= pending_.front().data.size();
    saving_.push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
  auto seq = last_;
  // Milliseconds, as clients see them, so that what is told is what is stored.
  batch_at_ = {now().micros / 1000 * 1000};
  const auto at = to_iso(batch_at_);
  also_counts_.clear();
  for (auto& each : saving_) {
    ++seq;
    if (each.message)
      each.message->seq = seq, each.message->created_at = each.message->updated_at = batch_at_;
    streams.add(stream_);
    seqs.add(std::to_string(seq));
    kinds.add(each.kind);
    authors.add(each.author.id.value);
    each.client_key.empty() ? keys.add_null() : keys.add(each.client_key);
    each.subject.empty() ? subjects.add_null() : subjects.add(each.subject);
    datas.add(each.data);
    ats.add(at);
    batch.push_back(&each);
  }
  auto& insert = out.statements.emplace_back(prepared(
      "insert into stream_events"
      " (stream, seq, establishment_id, kind, author_id, client_key, subject, data, created_at)"
      " select u.stream, u.seq, current_setting('stoa.establishment'), u.kind, u.author, u.key,"
      " u.subject, u.data, u.at"
      " from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],"
      " $7::jsonb[], $8::timestamptz[]) as u(stream, seq, kind, author, key, subject, data, at)",
      streams.take(), seqs.take(), kinds.take(), authors.take(), keys.take(), subjects.take(),
      datas.take(), ats.take()));
  insert.bulk = true;
  if (wires_.project)
    wires_.project(batch, out.statements);
  for (auto& each : saving_) {
    also_counts_.push_back(static_cast<std::uint32_t>(each.also.size()));
    for (auto& more : each.also)
      out.statements.push_back(more);
  }
  wires_.run(std::move(out), [this](outcome<results> end) {
    if (end)
      committed(*end);
    else
      failed(end.error());
  });
}

void stream_log::committed(results& got) {
  busy_ = false;
  batch_now_ = limits_.batch;
  auto done = std::exchange(saving_, {});
  std::size_t total = 0;
  for (const auto count : also_counts_)
    total += count;
  std::size_t next = got.each.size() - total;
  std::size_t i = 0;
  for (auto& each : done) {
    auto event = std::make_shared<stream_event>();
    event->stream = stream_;
    event->seq = ++last_;
    event->kind = std::move(each.kind);
    event->author = std::move(each.author);
    event->client_key = std::move(each.client_key);
    event->subject = std::move(each.subject);
    event->data = std::move(each.data);
    event->at = batch_at_;
    event->message = std::move(each.message);
    publish(event);
    remember(event);
    const std::span<const rows> mine{got.each.data() + next, also_counts_[i]};
    next += also_counts_[i++];
    if (each.done)
      each.done(event_ptr{event}, mine);
    if (!event->client_key.empty())
      answer_twins(key_of(event->author.id.value, event->client_key), event_ptr{event});
  }
  flush();
}

void stream_log::fail_all(std::deque<wish>& wishes, const fault& why) {
  if (&wishes == &pending_)
    pending_bytes_ = 0;
  auto victims = std::exchange(wishes, {});
  for (auto& each : victims) {
    if (each.done)
      each.done(why, {});
    if (!each.client_key.empty())
      answer_twins(key_of(each.author.id.value, each.client_key), why);
  }
}

void stream_log::answer_twins(const std::string& key, const outcome<event_ptr>& end) {
  const auto twins = waiting_twins_.extract(key);
  if (!twins)
    return;
  twins_ -= twins.mapped().size();
  for (const auto& twin : twins.mapped())
    twin(end, {});
}

void stream_log::failed(const fault& why) {
  busy_ = false;
  if (why.code == fault_code::conflict && violates(why, "stream_events_pkey")) {
    const auto moved =
        fail(fault_code::unavailable, "the conversation moved; try again", why.cause);
    fail_all(saving_, moved);
    fail_all(pending_, moved);
    if (wires_.fenced)
      wires_.fenced();
    return;
  }
  if (why.code == fault_code::conflict && violates(why, "stream_events_key")) {
    resolve_duplicates();
    return;
  }
  if (why.code == fault_code::unavailable) {
    fail_all(saving_, why);
    uncertain_ = true;
    recover();
    return;
  }
  if (why.code != fault_code::overloaded && saving_.size() > 1) {
    // One of them does not fit and must not take the others with it: each alone.
    while (!saving_.empty()) {
      pending_bytes_ += saving_.back().data.size();
      pending_.push_front(std::move(saving_.back()));
      saving_.pop_back();
    }
    batch_now_ = 1;
    flush();
    return;
  }
  fail_all(saving_, why);
  flush();
}

// A retry of something saved earlier, maybe by another node, was in the batch.
void stream_log::resolve_duplicates() {
  busy_ = true;
  array_text authors, keys;
  for (const auto& each : saving_) {
    authors.add(each.author.id.value);
    keys.add(each.client_key);
  }
  transaction out;
  out.establishment = establishment_;
  out.statements.emplace_back(event_of_key(),
                              std::vector<sql_value>{stream_, authors.take(), keys.take()});
  wires_.run(std::move(out), [this](outcome<results> end) {
    busy_ = false;
    if (!end) {
      fail_all(saving_, end.error());
      flush();
      return;
    }
    std::unordered_map<std::string, event_ptr> known;
    const auto& found = (*end)[0];
    for (std::size_t i = 0; i < found.size(); ++i) {
      auto event = read_event(found, i);
      known.emplace(key_of(event->author.id.value, event->client_key), event);
    }
    if (known.empty() && saving_.size() == 1) {
      fail_all(saving_, fail(fault_code::conflict, "this key names something else already"));
      flush();
      return;
    }
    // Nothing of this stream has any of these keys: one of them names a wish elsewhere. Alone, each
    // shows whether it does.
    if (known.empty())
      batch_now_ = 1;
    std::deque<wish> rest;
    for (auto& each : saving_) {
      const auto key = key_of(each.author.id.value, each.client_key);
      auto twin = known.find(key);
      if (twin == known.end()) {
        rest.push_back(std::move(each));
        continue;
      }
      if (each.done)
        each.done(twin->second, {});
      answer_twins(key, twin->second);
    }
    saving_.clear();
    for (auto& each : rest)
      pending_bytes_ += each.data.size();
    for (auto& each : pending_)
      rest.push_back(std::move(each));
    pending_ = std::move(rest);
    flush();
  });
}

// Reads what the table has beyond `last_`: it was committed though nobody was told.
void stream_log::recover() {
  if (busy_)
    return;
  busy_ = true;
  wires_.run(load(last_, limits_.replay), [this](outcome<results> end) {
    busy_ = false;
    if (!end) {
      fail_all(pending_, end.error());
      if (!std::exchange(retry_planned_, true))
        wires_.later(recovery_pause, [this] {
          retry_planned_ = false;
          if (uncertain_)
            recover();
        });
      return;
    }
    const auto& found = (*end)[0];
    for (std::size_t i = 0; i < found.size(); ++i) {
      auto event = read_event(found, i);
      last_ = event->seq;
      publish(event);
      remember(std::move(event));
    }
    if (found.size() == limits_.replay) {
      recover();
      return;
    }
    uncertain_ = false;
    flush();
  });
}

// -- telling ------------------------------------------------------------------------

audience& stream_log::audience_of(const view& how) {
  for (auto& [key, who] : audiences_)
    if (key == &how)
      return who;
  return audiences_.emplace_back(&how, audience{}).second;
}

std::size_t stream_log::followers() const noexcept {
  std::size_t count = 0;
  for (const auto& [how, who] : audiences_)
    count += who.size();
  return count;
}

void stream_log::publish(const event_ptr& what) {
  for (auto& [how, who] : audiences_)
    if (!who.empty())
      if (auto bytes = how->event(*what); bytes.size() > 0)
        who.send(bytes);
}

void stream_log::signal(const stream_signal& what, const outbox_ptr& except) {
  for (auto& [how, who] : audiences_)
    if (!who.empty())
      if (auto bytes = how->signal(what); bytes.size() > 0)
        who.send(bytes, what.how, except);
}

void stream_log::beat() {
  for (auto& [how, who] : audiences_)
    if (!who.empty())
      if (auto bytes = how->heartbeat(stream_, last_); bytes.size() > 0)
        who.send(bytes, urgency::ephemeral);
}

void stream_log::remember(event_ptr what) {
  if (what->kind == "delete")
    for (auto& each : recent_)
      if (each->subject == what->subject && (each->kind == "message" || each->kind == "edit")) {
        auto clean = std::make_shared<stream_event>(*each);
        recent_bytes_ -= each->data.size();
        clean->data = scrubbed(clean->subject);
        recent_bytes_ += clean->data.size();
        clean->message = nullptr;
        if (!clean->client_key.empty())
          by_key_[key_of(clean->author.id.value, clean->client_key)] = clean;
        each = std::move(clean);
      }
  if (!what->client_key.empty())
    by_key_[key_of(what->author.id.value, what->client_key)] = what;
  recent_bytes_ += what->data.size();
  recent_.push_back(std::move(what));
  while (recent_.size() > limits_.memory ||
         (recent_bytes_ > limits_.memory_bytes && recent_.size() > 1)) {
    const auto& oldest = recent_.front();
    recent_bytes_ -= oldest->data.size();
    if (!oldest->client_key.empty())
      by_key_.erase(key_of(oldest->author.id.value, oldest->client_key));
    recent_.pop_front();
  }
}

void stream_log::follow(const outbox_ptr& who, const view& how, std::optional<std::uint64_t> after,
                        std::function<void(outcome<followed>)> told) {
  catching_up_.erase(who.get());
  if (!after) {
    const followed answer{last_, last_, last_, true, false};
    greet(who, how, answer);
    add_follower(who, how);
    told(answer);
    return;
  }
  catch_up(who, how, *after, std::move(told), {});
}

// `loaded` holds events from the table beginning right after `after`. Everything in memory that
// follows on them goes out in the same turn in which the follower is added: no gap, nothing twice.
void stream_log::catch_up(const outbox_ptr& who, const view& how, std::uint64_t after,
                          std::function<void(outcome<followed>)> told,
                          std::vector<event_ptr> loaded) {
  if (after > last_ && !uncertain_) {
    const followed answer{after, after, last_, false, true};
    greet(who, how, answer);
    told(answer);
    return;
  }
  auto reached = loaded.empty() ? after : loaded.back()->seq;
  const bool memory_joins =
      reached >= last_ || (!recent_.empty() && recent_.front()->seq <= reached + 1);
  if (!memory_joins && loaded.empty()) {
    const auto request = ++catch_ups_;
    catching_up_[who.get()] = request;
    wires_.run(load(after, limits_.replay), [this, who, &how, after, request,
                                             told = std::move(told)](outcome<results> end) mutable {
      const auto wanted = catching_up_.find(who.get());
      if (wanted == catching_up_.end() || wanted->second != request) {
        told(followed{after, after, last_, false, false});
        return;
      }
      catching_up_.erase(wanted);
      if (!end) {
        told(end.error());
        return;
      }
      std::vector<event_ptr> events;
      for (std::size_t i = 0; i < (*end)[0].size(); ++i)
        events.push_back(read_event((*end)[0], i));
      if (events.empty()) {
        told(fail(fault_code::unavailable, "the stream is being recovered; try again"));
        return;
      }
      catch_up(who, how, after, std::move(told), std::move(events));
    });
    return;
  }
  if (memory_joins && reached < last_) {
    for (const auto& each : recent_)
      if (each->seq > reached && loaded.size() < limits_.replay)
        loaded.push_back(each);
    reached = loaded.empty() ? reached : loaded.back()->seq;
  }
  const bool live = reached >= last_;
  const followed answer{after, reached, last_, live, false};
  greet(who, how, answer);
  // A frame of a hundred events keeps the follower's outbox within its bounds.
  constexpr std::size_t per_frame = 100;
  for (std::size_t i = 0; i < loaded.size(); i += per_frame)
    who->push(how.replay(std::span{loaded}.subspan(i, std::min(per_frame, loaded.size() - i))));
  if (live)
    add_follower(who, how);
  told(answer);
}

void stream_log::greet(const outbox_ptr& who, const view& how, const followed& what) const {
  if (auto bytes = how.greeting(stream_, what); bytes.size() > 0)
    who->push(bytes);
}

// An audience counts whoever is taken out of it, so it is only asked about its own.
void stream_log::add_follower(const outbox_ptr& who, const view& how) {
  unfollow(who);
  audience_of(how).add(who);
  follows_.emplace(who.get(), &how);
}

void stream_log::unfollow(const outbox_ptr& who) {
  catching_up_.erase(who.get());
  if (const auto found = follows_.extract(who.get()))
    audience_of(*found.mapped()).remove(who);
}

void stream_log::history(std::optional<std::uint64_t> before, std::optional<std::uint64_t> after,
                         std::size_t limit,
                         std::function<void(outcome<std::vector<event_ptr>>)> told) {
  const auto count = std::min(limit, limits_.replay);
  transaction out;
  out.establishment = establishment_;
  if (after)
    out = load(*after, count);
  else
    out.statements.emplace_back(
        preceding_events(),
        std::vector<sql_value>{stream_, std::to_string(before.value_or(last_ + 1)),
                               std::to_string(count)});
  wires_.run(std::move(out),
             [this, forward = after.has_value(), told = std::move(told)](outcome<results> end) {
               if (!end) {
                 told(end.error());
                 return;
               }
               std::vector<event_ptr> events;
               for (std::size_t i = 0; i < (*end)[0].size(); ++i)
                 events.push_back(read_event((*end)[0], i));
               if (!forward)
                 std::reverse(events.begin(), events.end());
               told(std::move(events));
             });
}

}  // namespace stoa
