#include "actors/people/inbox.hpp"

#include "actors/core/log.hpp"
#include "actors/groups/longest_page.hpp"
#include "actors/groups/stream_owner.hpp"
#include "schema/json.hpp"

#include <spdlog/spdlog.h>

namespace stoa {

namespace {

constexpr const char* inbox_stream = "notifications:me";

sql_text following_notices() {
  return "select to_jsonb(n) from notifications n where n.user_id = $1 and n.seq > $2::bigint"
         " order by n.seq limit $3::int";
}
sql_text preceding_notices() {
  return "select to_jsonb(n) from notifications n where n.user_id = $1 and n.seq < $2::bigint"
         " order by n.seq desc limit $3::int";
}

std::vector<event_ptr> events_of(const rows& found) {
  std::vector<event_ptr> out;
  out.reserve(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto event = notification_event(found.cell(i, 0).value_or(""));
    if (!event)
      throw fault_error(event.error());
    out.push_back(std::move(*event));
  }
  return out;
}

}  // namespace

outcome<event_ptr> notification_event(std::string_view row) {
  auto read = json::parse(row);
  if (!read)
    return read.error();
  const auto& said = read->root();
  const auto seq = said["seq"].as_int64();
  const auto at = parse_iso(said["created_at"].as_string().value_or(""));
  if (!seq || *seq <= 0 || !at)
    return fail(fault_code::invalid, "not a notification");
  auto out = std::make_shared<stream_event>();
  out->stream = inbox_stream;
  out->seq = static_cast<std::uint64_t>(*seq);
  out->kind = "notification";
  out->author.first_name = "Stoa";
  out->subject = std::string{said["id"].as_string().value_or("")};
  out->at = *at;
  json_writer data{out->data};
  data.begin_object().member("id", out->subject);
  data.member("userId", said["user_id"].as_string());
  data.member("establishmentId", said["establishment_id"].as_string()).member("seq", *seq);
  for (const auto* name : {"type", "title", "message"})
    data.member(name, said[name].as_string());
  data.key("data");
  said["data"].write(data);
  data.member("isRead", said["is_read"].as_bool().value_or(false));
  data.member("readAt", parse_iso(said["read_at"].as_string().value_or("")));
  data.member("createdAt", *at);
  data.member("updatedAt", parse_iso(said["updated_at"].as_string().value_or("")).value_or(*at));
  data.end_object();
  return event_ptr{std::move(out)};
}

inbox_state::inbox_state(protocol::pointer self, user_id user, database_actor database,
                         inbox_surroundings surroundings)
    : self_(self),
      user_(std::move(user)),
      database_(std::move(database)),
      around_(std::move(surroundings)),
      last_use_(self->clock().now()) {}

inbox_state::~inbox_state() {
  followers_.send([](const view& how) { return how.gap(inbox_stream); });
}

inbox_state::protocol::behavior_type inbox_state::make_behavior() {
  load();
  watch();
  return {
      [this](scope& who, follow_stream& what) {
        return answer_with(self_, follow(std::move(who), std::move(what)));
      },
      [this](unfollow_stream& what) {
        followers_.remove(what.who);
        joining_.erase(what.who.get());
      },
      [this](const scope& who, signal_stream& what) -> caf::result<void> {
        if (!mine(who))
          return to_error(fail(fault_code::not_found, "no such stream"));
        // To the user's other devices: what was read here is read there.
        stream_signal told{inbox_stream, std::move(what.kind), {}, std::move(what.data), now(),
                           what.how};
        told.author.id = who.user;
        told.author.first_name = who.name;
        followers_.send([&](const view& how) { return how.signal(told); }, told.how, what.except);
        return {};
      },
      [this](scope& who, read_history& what) {
        return answer_with(self_, read(std::move(who), what));
      },
      [this](const deliver_notification& what) { deliver(what.row); },
  };
}

// -- loading and leaving --------------------------------------------------------------

void inbox_state::load() {
  auto look = in_establishment(platform_scope,
                               prepared("select coalesce(u.establishment_id, $2),"
                                        " coalesce((select c.last_seq from notification_counters c"
                                        " where c.user_id = u.id), 0) from users u where u.id = $1",
                                        user_, platform_scope));
  ask(self_, database_, std::move(look))
      .await(
          [this](results& found) {
            exists_ = !found[0].empty();
            if (!exists_)
              return;  // every question is answered `not_found`, and the idle watch ends it
            establishment_ = found[0].text(0, 0);
            last_ = known_ = static_cast<std::uint64_t>(found[0].integer(0, 1));
          },
          [this](caf::error& why) { self_->quit(std::move(why)); });
}

void inbox_state::watch() {
  after_delay(self_, owner_heartbeat, [this] {
    followers_.send([this](const view& how) { return how.heartbeat(inbox_stream, last_); },
                    urgency::ephemeral);
    if (!followers_.empty() || !joining_.empty() ||
        self_->clock().now() - last_use_ < around_.idle) {
      watch();
      return;
    }
    around_.retire(user_.value, self_->address());
    after_delay(self_, owner_farewell, [this] { self_->quit(); });
  });
}

bool inbox_state::mine(const scope& who) const {
  return exists_ && who.user == user_;
}

// -- telling --------------------------------------------------------------------------

void inbox_state::publish(const event_ptr& what) {
  last_ = what->seq;
  known_ = std::max(known_, last_);
  followers_.send([&](const view& how) { return how.event(*what); });
}

void inbox_state::deliver(const std::string& row) {
  last_use_ = self_->clock().now();
  auto event = notification_event(row);
  if (!event) {
    // A row that this program wrote itself: log it; the table has it for whoever comes back.
    log_of("people")->error("inbox {}: {}", user_.value, in_full(event.error()));
    return;
  }
  known_ = std::max(known_, (*event)->seq);
  // While rows are being read, this one is among them or is read next.
  if (reading_ || (*event)->seq <= last_)
    return;
  if ((*event)->seq == last_ + 1)
    publish(*event);
  else
    catch_up();
}

// Rooms tell independently, so 8 may arrive before 7: then 7 is committed and read from the table.
void inbox_state::catch_up() {
  reading_ = true;
  start(rows_after(last_, around_.replay), [this](outcome<std::vector<event_ptr>> end) {
    reading_ = false;
    if (!end) {
      // Followers see a heartbeat or an event with a number that does not follow on theirs.
      log_of("people")->warn("inbox {}: {}", user_.value, in_full(end.error()));
      return;
    }
    for (const auto& each : *end)
      if (each->seq > last_)
        publish(each);
    if (known_ > last_ && !end->empty())
      catch_up();
  });
}

task<std::vector<event_ptr>> inbox_state::rows_after(std::uint64_t after, std::size_t limit) {
  auto look = in_establishment(establishment_, prepared(following_notices(), user_, after, limit));
  auto found = co_await ask(self_, database_, std::move(look));
  co_return events_of(found[0]);
}

// -- following ------------------------------------------------------------------------

task<followed> inbox_state::follow(scope who, follow_stream what) {
  last_use_ = self_->clock().now();
  if (!mine(who))
    throw fault_error(fault_code::not_found, "no such stream");
  joining_.erase(what.who.get());
  followed answer{last_, last_, last_, true, false};
  if (!what.after || *what.after == last_) {
    what.who->push(what.how->greeting(inbox_stream, answer));
    followers_.add(what.who, *what.how);
    co_return answer;
  }
  const auto request = ++joins_;
  joining_[what.who.get()] = request;
  auto end = co_await caught(rows_after(*what.after, around_.replay));
  answer = {*what.after, *what.after, last_, false, false};
  const auto wanted = joining_.find(what.who.get());
  if (wanted == joining_.end() || wanted->second != request)
    co_return answer;
  joining_.erase(wanted);
  if (!end)
    throw fault_error(end.error());
  const auto& missed = *end;
  const auto reached = missed.empty() ? *what.after : missed.back()->seq;
  // What the table knows and nobody told us yet, the others get now.
  known_ = std::max(known_, missed.empty() ? last_ : reached);
  if (known_ > last_ && !reading_)
    catch_up();
  answer.to = reached;
  answer.last = std::max(last_, known_);
  answer.reload = missed.empty() && *what.after > answer.last;
  // One that arrived while the table was being read is behind `to`: follow again from there.
  answer.live = !answer.reload && reached == last_;
  what.who->push(what.how->greeting(inbox_stream, answer));
  constexpr std::size_t per_frame = 100;
  for (std::size_t i = 0; i < missed.size(); i += per_frame)
    what.who->push(
        what.how->replay(std::span{missed}.subspan(i, std::min(per_frame, missed.size() - i))));
  if (answer.live)
    followers_.add(what.who, *what.how);
  co_return answer;
}

task<history_page> inbox_state::read(scope who, read_history what) {
  last_use_ = self_->clock().now();
  if (!mine(who))
    throw fault_error(fault_code::not_found, "no such stream");
  const auto count = std::min(what.limit, longest_page);
  history_page page;
  if (what.after) {
    page.events = co_await rows_after(*what.after, count);
  } else {
    auto look = in_establishment(establishment_, prepared(preceding_notices(), user_,
                                                          what.before.value_or(last_ + 1), count));
    auto found = co_await ask(self_, database_, std::move(look));
    page.events = events_of(found[0]);
    std::reverse(page.events.begin(), page.events.end());
  }
  page.last = last_;
  co_return page;
}

}  // namespace stoa
