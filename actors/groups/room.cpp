#include "actors/groups/room.hpp"

#include "actors/core/push_behind.hpp"
#include "actors/groups/event_rows.hpp"
#include "actors/groups/message_types.hpp"
#include "actors/groups/room_rows.hpp"
#include "actors/groups/saving.hpp"
#include "actors/groups/stream_owner.hpp"
#include "schema/json.hpp"
#include "schema/json_writer.hpp"
#include "schema/ordered_uuid.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace stoa {

namespace {

constexpr std::size_t longest_message = 10'000;  // characters; StacGate's limit, and everyone's
constexpr std::size_t most_mentions = 50;
/// What a wish that waits for its turn holds in memory.
template <class Wish>
std::size_t weight(const Wish& what) {
  if constexpr (requires { what.metadata; })
    return what.text.size() + (what.metadata ? what.metadata->size() : 0);
  else if constexpr (requires { what.text; })
    return what.text.size();
  else
    return 0;
}

/// Whose turn it is: what the server does follows from somebody's wish to come or go.
template <class Wish>
const user_id& whose_turn(const scope& who, const Wish& what) {
  if constexpr (requires { what.role; } || std::is_same_v<Wish, remove_member>)
    return is_server(who) ? what.who : who.user;
  else
    return who.user;
}

/// The message that a wish is about, empty for none: two about the same one do not overtake each
/// other, whoever has them.
template <class Wish>
std::string thing_of(const Wish& what) {
  if constexpr (requires { what.message; })
    return what.message.value;
  else
    return {};
}

fault too_many_wait() {
  return fail(fault_code::overloaded, "too many wishes at once; try again");
}

std::string message_data(const chat_message& what, const std::vector<user_id>& mentions) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("id", what.id.value).member("type", what.type);
  json.member("text", what.content);
  if (what.metadata)
    json.key("metadata").raw(*what.metadata);
  if (what.reply_to)
    json.member("replyTo", what.reply_to->value);
  if (what.thread)
    json.member("thread", what.thread->value);
  if (!mentions.empty()) {
    json.key("mentions").begin_array();
    for (const auto& each : mentions)
      json.value(each.value);
    json.end_array();
  }
  json.end_object();
  return out;
}

}  // namespace

room_state::room_state(protocol::pointer self, room_id id, database_actor database,
                       room_surroundings surroundings)
    : self_(self),
      id_(std::move(id)),
      database_(std::move(database)),
      around_(std::move(surroundings)),
      turns_(around_.limits.pending, around_.limits.pending_bytes) {}

room_state::protocol::behavior_type room_state::make_behavior() {
  last_use_ = self_->clock().now();
  load();
  keep_watch(self_, log_, last_use_, around_.limits.idle,
             [this] { around_.retire(id_.value, self_->address()); });
  return {
      [this](scope& who, follow_stream& what) {
        return answer_with(self_, follow(std::move(who), std::move(what)));
      },
      [this](unfollow_stream& what) { unfollow(what.who); },
      [this](const scope& who, signal_stream& what) { return relay(who, what); },
      [this](scope& who, read_history& what) {
        return answer_with(self_, read(std::move(who), what));
      },
      [this](const scope& who, say_in_room& what) { return say(who, what); },
      [this](scope& who, edit_message& what) { return in_turn(who, what, &room_state::edit); },
      [this](scope& who, delete_message& what) {
        return in_turn(who, what, &room_state::remove_message);
      },
      [this](scope& who, react_to_message& what) { return in_turn(who, what, &room_state::react); },
      [this](const scope& who, mark_read& what) { return read_up_to(who, what); },
      [this](scope& who, admit_member& what) { return in_turn(who, what, &room_state::admit); },
      [this](scope& who, remove_member& what) { return in_turn(who, what, &room_state::dismiss); },
      [this](scope& who, set_member_role& what) {
        return in_turn(who, what, &room_state::appoint);
      },
      [this](scope& who, archive_room& what) { return in_turn(who, what, &room_state::archive); },
      [this](const scope& who, set_room_rules& what) -> caf::result<void> {
        if (!is_server(who))
          return to_error(fail(fault_code::forbidden, "not allowed"));
        obey(what);
        return {};
      },
      [this](const scope& who, list_members&) { return show(who); },
      [this](const scope& who, find_member& what) { return show_one(who, what.who); },
      [this](const scope& who, note_activity) { note_active(who); },
  };
}

// -- loading and leaving --------------------------------------------------------------

void room_state::load() {
  log_.emplace("room:" + id_.value, "", wire_log(self_, database_), around_.limits);
  ask(self_, database_, load_room(id_, log_->restore_statement()))
      .await([this](results& found) { restore(found); },
             [this](caf::error& why) { self_->quit(std::move(why)); });
}

void room_state::restore(const results& found) {
  const auto& room = found[0];
  if (room.empty())
    return;  // every question is answered `not_found`, and the idle watch ends it
  exists_ = true;
  establishment_ = room.text(0, 0);
  kind_ = room.text(0, 1);
  title_ = room.text(0, 2);
  is_public_ = room.flag(0, 3);
  archived_ = room.flag(0, 4);
  rules_.moderators_only = room.flag(0, 5);
  rules_.files = room.flag(0, 6);
  rules_.polls = room.flag(0, 7);
  rules_.whiteboards = room.flag(0, 8);
  creator_ = user_id{room.text(0, 9)};
  for (std::size_t i = 0; i < found[1].size(); ++i) {
    auto each = read_member(found[1], i);
    members_.emplace(each.who.id.value, std::move(each));
  }
  auto wires = wire_log(self_, database_);
  wires.project = [this](const auto& batch, auto& out) { project(batch, out); };
  log_.emplace("room:" + id_.value, establishment_, std::move(wires), around_.limits);
  log_->restore(found[2]);
}

// -- who may --------------------------------------------------------------------------

const room_member* room_state::member(const scope& who) const {
  const auto found = members_.find(who.user.value);
  return found == members_.end() ? nullptr : &found->second;
}

bool room_state::moderates(const scope& who) const {
  const auto* me = member(who);
  return (me && me->role != "member") || who.at_least(role::manager);
}

std::optional<fault> room_state::refuse_reader(const scope& who) const {
  if (!exists_ || !sees(who, establishment_))
    return fail(fault_code::not_found, "no such room");
  if (member(who) || is_public_ || is_server(who))
    return std::nullopt;
  if (kind_ == "group" && who.at_least(role::manager))
    return std::nullopt;
  // A private conversation does not exist for outsiders; a group's does, but is closed.
  if (kind_ == "group")
    return fail(fault_code::forbidden, "join the room first");
  return fail(fault_code::not_found, "no such room");
}

std::optional<fault> room_state::refuse_writer(const scope& who, const say_in_room& what) const {
  if (auto why = refuse_reader(who))
    return why;
  if (!member(who))
    return fail(fault_code::forbidden, "join the room first");
  if (archived_)
    return fail(fault_code::conflict, "the room is archived");
  if (!is_message_type(what.type))
    return fail(fault_code::invalid, std::string{"a message's type is "} + message_types_said);
  if (rules_.moderators_only && !moderates(who))
    return fail(fault_code::forbidden, "only moderators may write here");
  if (((what.type == "file" || what.type == "image") && !rules_.files) ||
      (what.type == "poll" && !rules_.polls) || (what.type == "whiteboard" && !rules_.whiteboards))
    return fail(fault_code::forbidden, "this room does not take messages of this type");
  return std::nullopt;
}

// -- one after the other --------------------------------------------------------------

template <class T, class Wish>
caf::result<T> room_state::in_turn(scope& who, Wish& what,
                                   task<T> (room_state::*work)(scope, Wish)) {
  last_use_ = self_->clock().now();
  auto reply = self_->make_response_promise<T>();
  const auto whose = whose_turn(who, what).value;
  const auto bytes = weight(what);
  const auto about = thing_of(what);
  auto kept = std::make_shared<task<T>>((this->*work)(std::move(who), std::move(what)));
  auto turn = [this, whose, reply, kept]() mutable {
    start(std::move(*kept), [this, whose, reply](outcome<T> end) mutable {
      if (end)
        reply.deliver(std::move(*end));
      else
        reply.deliver(to_error(end.error()));
      turns_.leave(whose);
    });
  };
  if (!turns_.enter(whose, bytes, std::move(turn), about))
    reply.deliver(to_error(too_many_wait()));
  return reply;
}

// An edit or a reaction of somebody changes nothing that others' wishes about the message look up:
// they need not wait for its commit, only for its place in the log. After a deletion they do.
std::function<void()> room_state::passing_on(const scope& who) {
  return [this, whose = who.user.value] { turns_.let_pass(whose); };
}

// What this key has done before is asked in the same round trip, and comes before every refusal: a
// wish that was granted once stays granted, whatever has changed since.
task<room_state::looked_up> room_state::look_up(scope who, std::string key, statement about) {
  if (!exists_ || !sees(who, establishment_))
    throw fault_error(fault_code::not_found, "no such room");
  if (auto why = refuse_reader(who); why && key.empty())
    throw fault_error(*why);
  auto questions = in_establishment(establishment_, std::move(about));
  if (!key.empty())
    questions.statements.push_back(select_event_of_key(log_->name(), who.user.value, key));
  auto found = co_await ask(self_, database_, std::move(questions));
  looked_up out;
  if (!key.empty() && !found[1].empty()) {
    out.first = read_stream_event(log_->name(), found[1], 0);
    co_return out;
  }
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  out.about = std::move(found.each[0]);
  co_return out;
}

// The same for a wish that is refused without having looked anything up.
void room_state::refuse(const scope& who, const std::string& key, fault why, posted_promise reply) {
  if (key.empty() || !exists_ || !sees(who, establishment_)) {
    reply.deliver(to_error(why));
    return;
  }
  ask(self_, database_,
      in_establishment(establishment_, select_event_of_key(log_->name(), who.user.value, key)))
      .then(
          [this, reply, why](results& found) mutable {
            if (found[0].empty())
              reply.deliver(to_error(why));
            else
              reply.deliver(answer_of_event(read_stream_event(log_->name(), found[0], 0)));
          },
          [reply](caf::error& broken) mutable { reply.deliver(std::move(broken)); });
}

// -- messages -------------------------------------------------------------------------

caf::result<posted> room_state::say(const scope& who, say_in_room& what) {
  last_use_ = self_->clock().now();
  auto reply = self_->make_response_promise<posted>();
  // Almost every message: nothing to look up, and nothing of its author before it.
  if (!what.reply_to && !what.thread && turns_.free(who.user.value)) {
    say_now(who, what, reply);
    return reply;
  }
  const auto bytes = weight(what);
  auto kept = std::make_shared<task<void>>(say_in_turn(who, std::move(what), reply));
  auto turn = [this, whose = who.user.value, reply, kept]() mutable {
    start(std::move(*kept), [this, whose, reply](outcome<void> end) mutable {
      if (!end)
        reply.deliver(to_error(end.error()));
      // A message that has its place in the log keeps it: the next wish need not wait for the
      // commit.
      turns_.leave(whose);
    });
  };
  if (!turns_.enter(who.user.value, bytes, std::move(turn)))
    reply.deliver(to_error(too_many_wait()));
  return reply;
}

task<void> room_state::say_in_turn(scope who, say_in_room what, posted_promise reply) {
  const bool refers = what.reply_to || what.thread;
  if (refers && !refuse_writer(who, what)) {
    auto found = co_await look_up(who, what.key, select_known(id_, what.reply_to, what.thread));
    if (found.first) {
      reply.deliver(answer_of_event(found.first));
      co_return;
    }
    if (what.reply_to && !found.about.flag(0, 0))
      throw fault_error(fault_code::invalid, "replyTo names no message of this room");
    if (what.thread && !found.about.flag(0, 1))
      throw fault_error(fault_code::invalid, "thread names no message of this room");
  }
  say_now(who, what, std::move(reply));
}

void room_state::say_now(const scope& who, say_in_room& what, posted_promise reply) {
  // The same wish is on its way to the database, or was saved a moment ago: the log answers it.
  if (log_ && log_->knows(who.user, what.key)) {
    wish again;
    again.author.id = who.user;
    again.client_key = what.key;
    again.done = [reply](outcome<event_ptr> end, std::span<const rows>) mutable {
      if (end)
        reply.deliver(answer_of_event(*end));
      else
        reply.deliver(to_error(end.error()));
    };
    log_->save(std::move(again));
    return;
  }
  auto why = refuse_writer(who, what);
  if (!why)
    why = refuse_text(what.text, longest_message);
  if (why) {
    refuse(who, what.key, std::move(*why), std::move(reply));
    return;
  }
  auto message = std::make_shared<chat_message>();
  message->id = message_id{fresh_ordered_uuid()};
  message->room = id_;
  message->author = who.user;
  message->type = std::move(what.type);
  message->content = std::move(what.text);
  message->metadata = std::move(what.metadata);
  message->reply_to = std::move(what.reply_to);
  message->thread = std::move(what.thread);

  const auto& me = *member(who);
  std::vector<user_id> mentioned;
  for (auto& each : what.mentions)
    if (each != who.user && members_.contains(each.value) && mentioned.size() < most_mentions &&
        std::find(mentioned.begin(), mentioned.end(), each) == mentioned.end())
      mentioned.push_back(std::move(each));

  wish next;
  next.kind = "message";
  next.author = me.who;
  next.client_key = std::move(what.key);
  next.subject = message->id.value;
  next.data = message_data(*message, mentioned);
  for (const auto& each : mentioned)
    next.also.push_back(notify_mention(each, establishment_, me.who, title_, *message));
  next.message = std::move(message);
  next.done = [this, reply, mentioned](outcome<event_ptr> end, std::span<const rows> also) mutable {
    if (!end) {
      reply.deliver(to_error(end.error()));
      return;
    }
    for (std::size_t i = 0; i < also.size(); ++i)
      around_.notified(mentioned[i], also[i].text(0, 0));
    reply.deliver(answer_of_event(*end));
  };
  log_->save(std::move(next));
}

task<posted> room_state::edit(scope who, edit_message what) {
  auto found = co_await look_up(who, what.key, select_message(establishment_, id_, what.message));
  if (found.first)
    co_return answer_of_event(found.first);
  if (auto why = refuse_text(what.text, longest_message))
    throw fault_error(*why);
  if (found.about.empty() || found.about.flag(0, 1))
    throw fault_error(fault_code::not_found, "no such message");
  if (found.about.text(0, 0) != who.user.value || !member(who))
    throw fault_error(fault_code::forbidden, "only its author may change a message");
  if (archived_)
    throw fault_error(fault_code::conflict, "the room is archived");
  wish next;
  next.kind = "edit";
  next.author = member(who)->who;
  next.client_key = what.key;
  next.subject = what.message.value;
  json_writer{next.data}
      .begin_object()
      .member("id", what.message.value)
      .member("text", what.text)
      .end_object();
  next.also.push_back(update_text(what.message, what.text));
  auto done = co_await saving(*log_, std::move(next), passing_on(who));
  co_return answer_of_event(done.event);
}

task<posted> room_state::remove_message(scope who, delete_message what) {
  auto found = co_await look_up(who, what.key, select_message(establishment_, id_, what.message));
  if (found.first)
    co_return answer_of_event(found.first);
  if (found.about.empty())
    throw fault_error(fault_code::not_found, "no such message");
  const bool mine = found.about.text(0, 0) == who.user.value && member(who);
  if (!mine && !moderates(who))
    throw fault_error(fault_code::forbidden, "only its author or a moderator may delete a message");
  if (archived_)
    throw fault_error(fault_code::conflict, "the room is archived");
  if (found.about.flag(0, 1))
    co_return already_so(what.message, found.about);
  wish next;
  next.kind = "delete";
  next.author = author_of(who, member(who));
  next.client_key = what.key;
  next.subject = what.message.value;
  json_writer{next.data}.begin_object().member("id", what.message.value).end_object();
  next.also.push_back(mark_deleted(what.message));
  auto done = co_await saving(*log_, std::move(next));
  co_return answer_of_event(done.event);
}

task<posted> room_state::react(scope who, react_to_message what) {
  auto found = co_await look_up(
      who, what.key, select_reaction(establishment_, id_, what.message, who.user, what.emoji));
  if (found.first)
    co_return answer_of_event(found.first);
  if (!member(who))
    throw fault_error(fault_code::forbidden, "join the room first");
  if (what.emoji.empty() || what.emoji.size() > 64)
    throw fault_error(fault_code::invalid, "an emoji has 1 to 64 bytes");
  if (found.about.empty() || found.about.flag(0, 1))
    throw fault_error(fault_code::not_found, "no such message");
  if (archived_)
    throw fault_error(fault_code::conflict, "the room is archived");
  if (found.about.flag(0, 3) == what.on)
    co_return already_so(what.message, found.about);
  wish next;
  next.kind = what.on ? "react" : "unreact";
  next.author = member(who)->who;
  next.client_key = what.key;
  next.subject = what.message.value;
  json_writer{next.data}
      .begin_object()
      .member("id", what.message.value)
      .member("emoji", what.emoji)
      .end_object();
  next.also.push_back(write_reaction(establishment_, what.message, who.user, what.emoji, what.on));
  auto done = co_await saving(*log_, std::move(next), passing_on(who));
  co_return answer_of_event(done.event);
}

// There is nothing to do, hence no event: the answer names the number of the message itself, which
// takes no client's place in the stream past something that it has not seen.
posted room_state::already_so(const message_id& what, const rows& about) const {
  return {log_->name(), static_cast<std::uint64_t>(about.integer(0, 2)), what.value, now(),
          nullptr};
}

caf::result<void> room_state::read_up_to(const scope& who, mark_read what) {
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    return to_error(*why);
  auto found = members_.find(who.user.value);
  if (found == members_.end())
    return to_error(fail(fault_code::forbidden, "join the room first"));
  const auto seq = std::min(what.seq, log_->last());
  if (seq <= found->second.read_seq)
    return {};
  auto reply = self_->make_response_promise<void>();
  ask(self_, database_, write_read_mark(establishment_, id_, who.user, seq))
      .then(
          [this, reply, seq, user = who.user](results&) mutable {
            if (auto still = members_.find(user.value); still != members_.end()) {
              auto& mark = still->second.read_seq;
              mark = std::max(mark, seq);
              stream_signal told{log_->name(), "read", still->second.who, {}, now()};
              json_writer{told.data}.begin_object().member("seq", mark).end_object();
              log_->signal(told);
            }
            reply.deliver();
          },
          [reply](caf::error& why) mutable { reply.deliver(std::move(why)); });
  return reply;
}

// -- members --------------------------------------------------------------------------

task<room_state_view> room_state::admit(scope who, admit_member what) {
  if (!exists_ || !sees(who, establishment_))
    throw fault_error(fault_code::not_found, "no such room");
  const bool myself = who.user == what.who && is_public_ && kind_ == "room";
  if (!is_server(who) && !myself && !(kind_ == "room" && moderates(who)))
    throw fault_error(fault_code::forbidden, "not allowed to let members in");
  if (what.role != "member" && !is_server(who) && !moderates(who))
    throw fault_error(fault_code::forbidden, "not allowed to appoint");
  auto found = co_await ask(self_, database_, load_person(establishment_, what.who));
  if (found[0].empty())
    throw fault_error(fault_code::not_found, "no such user");
  if (members_.contains(what.who.value))
    throw fault_error(fault_code::conflict, "already a member");
  if (what.at_most > 0 && members_.size() + joining_ >= what.at_most)
    throw fault_error(fault_code::conflict, "the group is full");
  room_member next;
  next.id = fresh_uuid();
  next.who = read_person(found[0], 0);
  next.role = what.role;
  next.joined_at = next.last_active = now();
  wish joined;
  joined.kind = "join";
  joined.author = next.who;
  joined.subject = what.who.value;
  joined.data = member_data(next);
  joined.also.push_back(insert_member(establishment_, id_, next));
  // Between here and the commit another join may pass the bound above: count this one.
  ++joining_;
  auto end = co_await caught(saving(*log_, std::move(joined)));
  --joining_;
  if (!end)
    throw fault_error(end.error().code == fault_code::conflict
                          ? fail(fault_code::conflict, "already a member")
                          : end.error());
  members_.insert_or_assign(what.who.value, next);
  co_return view_of();
}

task<room_state_view> room_state::dismiss(scope who, remove_member what) {
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  if (who.user != what.who && !moderates(who) && !is_server(who))
    throw fault_error(fault_code::forbidden, "not allowed to remove members");
  if (kind_ == "direct" && !is_server(who))
    throw fault_error(fault_code::conflict, "a direct conversation keeps its two people");
  if (!members_.contains(what.who.value))
    throw fault_error(fault_code::not_found, "not a member");
  if (kind_ == "group" && what.who == creator_)
    throw fault_error(fault_code::conflict, "the creator cannot leave the group");
  if (is_last_admin(what.who))
    throw fault_error(fault_code::conflict, "the last admin appoints another one before leaving");
  wish gone;
  gone.kind = "leave";
  gone.author = members_.at(what.who.value).who;
  gone.subject = what.who.value;
  gone.data = member_data(members_.at(what.who.value));
  gone.also.push_back(delete_member(id_, what.who));
  co_await saving_loss(what.who, std::move(gone));
  members_.erase(what.who.value);
  hush([&](const scope& each) { return each.user == what.who; });
  co_return view_of();
}

// A room keeps an admin as long as it has other members: nobody else can let in, appoint or
// archive.
bool room_state::is_last_admin(const user_id& who) const {
  if (kind_ != "room" || members_.size() < 2 || members_.at(who.value).role != "admin")
    return false;
  const auto admins = std::count_if(members_.begin(), members_.end(),
                                    [](const auto& each) { return each.second.role == "admin"; });
  return static_cast<std::size_t>(admins) <= 1 + losing_;
}

// Between here and the commit another admin may ask to go: this one counts as gone.
task<void> room_state::saving_loss(user_id whom, wish what) {
  const std::size_t lost = members_.at(whom.value).role == "admin" ? 1 : 0;
  losing_ += lost;
  auto end = co_await caught(saving(*log_, std::move(what)));
  losing_ -= lost;
  if (!end)
    throw fault_error(end.error());
}

task<room_state_view> room_state::appoint(scope who, set_member_role what) {
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  const auto* me = member(who);
  if (!is_server(who) && !(me && me->role == "admin") && !who.at_least(role::manager))
    throw fault_error(fault_code::forbidden, "only the room's admins give roles");
  if (what.role != "member" && what.role != "moderator" && what.role != "admin")
    throw fault_error(fault_code::invalid, "role is member, moderator or admin");
  if (!members_.contains(what.who.value))
    throw fault_error(fault_code::not_found, "not a member");
  if (what.role != "admin" && kind_ == "group" && what.who == creator_)
    throw fault_error(fault_code::conflict, "the creator stays an admin of the group");
  if (what.role != "admin" && is_last_admin(what.who))
    throw fault_error(fault_code::conflict, "the last admin appoints another one first");
  auto changed = members_.at(what.who.value);
  changed.role = what.role;
  wish next;
  next.kind = "role";
  next.author = author_of(who, me, changed.who);
  next.subject = what.who.value;
  next.data = member_data(changed);
  next.also.push_back(update_role(id_, what.who, what.role));
  if (what.role == "admin")
    co_await saving(*log_, std::move(next));
  else
    co_await saving_loss(what.who, std::move(next));
  if (auto still = members_.find(what.who.value); still != members_.end())
    still->second.role = what.role;
  co_return view_of();
}

task<room_state_view> room_state::archive(scope who, archive_room what) {
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  const auto* me = member(who);
  if (!is_server(who) && !(me && me->role == "admin") && !who.at_least(role::manager))
    throw fault_error(fault_code::forbidden, "only the room's admins archive it");
  if (archived_ == what.archived)
    co_return view_of();
  if (is_server(who)) {
    // The study group has told its own followers; here only the row changes.
    transaction change;
    change.establishment = establishment_;
    change.statements.push_back(update_archived(id_, what.archived));
    co_await ask(self_, database_, std::move(change));
  } else {
    wish next;
    next.kind = what.archived ? "archive" : "reopen";
    next.author = author_of(who, me);
    next.data = "{}";
    next.also.push_back(update_archived(id_, what.archived));
    co_await saving(*log_, std::move(next));
  }
  archived_ = what.archived;
  co_return view_of();
}

caf::result<room_state_view> room_state::show(const scope& who) {
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    return to_error(*why);
  return view_of();
}

caf::result<room_state_view> room_state::show_one(const scope& who, const user_id& whom) {
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    return to_error(*why);
  auto out = outline();
  if (const auto found = members_.find(whom.value); found != members_.end())
    out.members.push_back(found->second);
  return out;
}

// A member who is not one, or a moment that is lost with a failing database, changes nothing that
// anybody was promised.
void room_state::note_active(const scope& who) {
  last_use_ = self_->clock().now();
  const auto found = members_.find(who.user.value);
  if (found == members_.end() || !sees(who, establishment_))
    return;
  found->second.last_active = now();
  ask(self_, database_, write_activity(establishment_, id_, who.user))
      .then([](results&) {}, [](caf::error&) {});
}

// -- following ------------------------------------------------------------------------

task<followed> room_state::follow(scope who, follow_stream what) {
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  auto& mine = listening_[what.who.get()];
  mine.who = who;
  mine.what = what;
  auto end = co_await caught(following(*log_, what));
  if (!end) {
    // Nobody says that a refused one goes.
    unfollow(what.who);
    throw fault_error(std::move(end.error()));
  }
  co_return *end;
}

void room_state::unfollow(const outbox_ptr& who) {
  auto gone = listening_.extract(who.get());
  if (log_)
    log_->unfollow(who);
  if (gone && gone.mapped().typing)
    stop_typing(*gone.mapped().typing);
  if (gone && gone.mapped().here)
    go(*gone.mapped().here);
}

// Whose right has ended hears no more. A client may come back, and is then asked again whether it
// may.
void room_state::hush(const std::function<bool(const scope&)>& whom) {
  std::map<std::string, person> were_here;
  std::vector<person> were_typing;
  std::erase_if(listening_, [&](const auto& each) {
    const auto& [who, what, here, typing] = each.second;
    if (!whom(who))
      return false;
    if (typing)
      were_typing.push_back(*typing);
    if (here)
      were_here.emplace(here->id.value, *here);
    log_->unfollow(what.who);
    if (auto bytes = what.how->gap(log_->name()); bytes.size() > 0)
      push_behind(what.who, bytes);
    return true;
  });
  for (const auto& who : were_typing)
    stop_typing(who);
  for (const auto& [id, who] : were_here)
    go(who);
}

// Its study group may close itself to people who are not in it: they hear no more at once.
void room_state::obey(const set_room_rules& rules) {
  rules_ = rules;
  if (!exists_ || kind_ != "group" || is_public_ == rules.is_public)
    return;
  is_public_ = rules.is_public;
  hush([this](const scope& each) { return refuse_reader(each).has_value(); });
}

// -- who is here ----------------------------------------------------------------------

// People come with their first connection that shows itself and go with the last one.
void room_state::come(const person& who, const outbox_ptr& with) {
  const auto found = listening_.find(with.get());
  if (found == listening_.end() || found->second.here)
    return;
  const bool already = is_here(who.id);
  found->second.here = who;
  if (!already)
    log_->signal({log_->name(), "user_joined", who, "{}", now()}, with);
}

void room_state::go(const person& who) {
  if (!is_here(who.id))
    log_->signal({log_->name(), "user_left", who, "{}", now()});
}

// A connection that ends in the middle of a word cannot say so itself.
void room_state::stop_typing(const person& who) {
  log_->signal({log_->name(), "typing", who, R"({"typing":false})", now()});
}

bool room_state::is_here(const user_id& who) const {
  return std::any_of(listening_.begin(), listening_.end(), [&](const auto& each) {
    return each.second.here && each.second.here->id == who;
  });
}

caf::result<void> room_state::relay(const scope& who, signal_stream& what) {
  if (auto why = refuse_reader(who))
    return to_error(*why);
  const auto* me = member(who);
  if (!me)
    return to_error(fail(fault_code::forbidden, "join the room first"));
  if (what.kind == "user_joined") {
    come(me->who, what.except);
    return {};
  }
  if (what.kind == "typing")
    if (auto from = listening_.find(what.except.get()); from != listening_.end()) {
      const auto said = json::parse(what.data);
      const bool is_typing = said && said->root()["typing"].as_bool().value_or(false);
      from->second.typing = is_typing ? std::optional{me->who} : std::nullopt;
    }
  log_->signal({log_->name(), std::move(what.kind), me->who, std::move(what.data), now(), what.how},
               what.except);
  return {};
}

task<history_page> room_state::read(scope who, read_history what) {
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  auto out = co_await reading(*log_, what);
  co_return out;
}

// -- shapes ---------------------------------------------------------------------------

room_state_view room_state::outline() const {
  return {id_, kind_, title_, is_public_, archived_, log_->last(), {}};
}

room_state_view room_state::view_of() const {
  auto out = outline();
  out.members.reserve(members_.size());
  for (const auto& [id, each] : members_)
    out.members.push_back(each);
  std::sort(out.members.begin(), out.members.end(), [](const auto& a, const auto& b) {
    return std::tie(a.joined_at, a.who.id) < std::tie(b.joined_at, b.who.id);
  });
  return out;
}

void room_state::project(const std::vector<const wish*>& batch, std::vector<statement>& out) const {
  std::vector<const chat_message*> fresh_ones;
  for (const auto* each : batch)
    if (each->message)
      fresh_ones.push_back(each->message.get());
  if (!fresh_ones.empty())
    out.push_back(insert_messages(id_, fresh_ones));
}

}  // namespace stoa
