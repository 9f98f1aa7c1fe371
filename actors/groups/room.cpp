#include "actors/groups/room.hpp"

#include "actors/groups/room_rows.hpp"
#include "actors/groups/saving.hpp"
#include "actors/groups/stream_owner.hpp"
#include "schema/json_writer.hpp"
#include "schema/ordered_uuid.hpp"

namespace stoa {

namespace {

constexpr std::size_t longest_text = 10'000;  // characters; StacGate's limit, and everyone's
constexpr std::size_t most_mentions = 50;

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
      around_(std::move(surroundings)) {}

room_state::protocol::behavior_type room_state::make_behavior() {
  last_use_ = self_->clock().now();
  load();
  keep_watch(self_, log_, last_use_, around_.limits.idle,
             [this] { around_.retire(id_.value, self_->address()); });
  return {
      [this](scope& who, follow_stream& what) {
        return answer_with(self_, follow(std::move(who), std::move(what)));
      },
      [this](unfollow_stream& what) {
        listening_.erase(what.who.get());
        if (log_)
          log_->unfollow(what.who);
      },
      [this](const scope& who, signal_stream& what) { return relay(who, what); },
      [this](scope& who, read_history& what) {
        return answer_with(self_, read(std::move(who), what));
      },
      [this](const scope& who, say_in_room& what) { return say(who, what); },
      [this](scope& who, edit_message& what) {
        return answer_with(self_, edit(std::move(who), std::move(what)));
      },
      [this](scope& who, delete_message& what) {
        return answer_with(self_, remove_message(std::move(who), std::move(what)));
      },
      [this](scope& who, react_to_message& what) {
        return answer_with(self_, react(std::move(who), std::move(what)));
      },
      [this](const scope& who, mark_read& what) { return read_up_to(who, what); },
      [this](scope& who, admit_member& what) {
        return answer_with(self_, admit(std::move(who), std::move(what)));
      },
      [this](scope& who, remove_member& what) {
        return answer_with(self_, dismiss(std::move(who), std::move(what)));
      },
      [this](scope& who, set_member_role& what) {
        return answer_with(self_, appoint(std::move(who), std::move(what)));
      },
      [this](scope& who, archive_room& what) {
        return answer_with(self_, archive(std::move(who), what));
      },
      [this](const scope& who, set_room_rules& what) -> caf::result<void> {
        if (!is_server(who))
          return to_error(fail(fault_code::forbidden, "not allowed"));
        rules_ = what;
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
  if (rules_.moderators_only && !moderates(who))
    return fail(fault_code::forbidden, "only moderators may write here");
  if (((what.type == "file" || what.type == "image") && !rules_.files) ||
      (what.type == "poll" && !rules_.polls) || (what.type == "whiteboard" && !rules_.whiteboards))
    return fail(fault_code::forbidden, "this room does not take messages of this type");
  return std::nullopt;
}

// -- messages -------------------------------------------------------------------------

caf::result<posted> room_state::say(const scope& who, say_in_room& what) {
  last_use_ = self_->clock().now();
  if (auto why = refuse_writer(who, what))
    return to_error(*why);
  if (auto why = refuse_text(what.text, longest_text))
    return to_error(*why);
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
  auto reply = self_->make_response_promise<posted>();
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
  return reply;
}

task<posted> room_state::edit(scope who, edit_message what) {
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  if (auto why = refuse_text(what.text, longest_text))
    throw fault_error(*why);
  auto found = co_await ask(self_, database_, load_message(establishment_, id_, what.message));
  if (found[0].empty() || found[0].flag(0, 1))
    throw fault_error(fault_code::not_found, "no such message");
  if (found[0].text(0, 0) != who.user.value || !member(who))
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
  auto done = co_await saving(*log_, std::move(next));
  co_return answer_of_event(done.event);
}

task<posted> room_state::remove_message(scope who, delete_message what) {
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  auto found = co_await ask(self_, database_, load_message(establishment_, id_, what.message));
  if (found[0].empty())
    throw fault_error(fault_code::not_found, "no such message");
  const bool mine = found[0].text(0, 0) == who.user.value && member(who);
  if (!mine && !moderates(who))
    throw fault_error(fault_code::forbidden, "only its author or a moderator may delete a message");
  if (found[0].flag(0, 1)) {
    posted already{"room:" + id_.value, log_->last(), what.message.value, now(), nullptr};
    co_return already;
  }
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
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  if (!member(who))
    throw fault_error(fault_code::forbidden, "join the room first");
  if (what.emoji.empty() || what.emoji.size() > 64)
    throw fault_error(fault_code::invalid, "an emoji has 1 to 64 bytes");
  auto found = co_await ask(self_, database_,
                            load_reaction(establishment_, id_, what.message, who.user, what.emoji));
  if (found[0].empty() || found[0].flag(0, 1))
    throw fault_error(fault_code::not_found, "no such message");
  if (found[0].flag(0, 2) == what.on) {
    posted already{"room:" + id_.value, log_->last(), what.message.value, now(), nullptr};
    co_return already;
  }
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
  auto done = co_await saving(*log_, std::move(next));
  co_return answer_of_event(done.event);
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
  last_use_ = self_->clock().now();
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
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  if (who.user != what.who && !moderates(who) && !is_server(who))
    throw fault_error(fault_code::forbidden, "not allowed to remove members");
  if (kind_ == "direct" && !is_server(who))
    throw fault_error(fault_code::conflict, "a direct conversation keeps its two people");
  if (!members_.contains(what.who.value))
    throw fault_error(fault_code::not_found, "not a member");
  wish gone;
  gone.kind = "leave";
  gone.author = members_.at(what.who.value).who;
  gone.subject = what.who.value;
  gone.data = member_data(members_.at(what.who.value));
  gone.also.push_back(delete_member(id_, what.who));
  co_await saving(*log_, std::move(gone));
  members_.erase(what.who.value);
  hush(what.who);
  co_return view_of();
}

task<room_state_view> room_state::appoint(scope who, set_member_role what) {
  last_use_ = self_->clock().now();
  if (auto why = refuse_reader(who))
    throw fault_error(*why);
  const auto* me = member(who);
  if (!is_server(who) && !(me && me->role == "admin") && !who.at_least(role::manager))
    throw fault_error(fault_code::forbidden, "only the room's admins give roles");
  if (what.role != "member" && what.role != "moderator" && what.role != "admin")
    throw fault_error(fault_code::invalid, "role is member, moderator or admin");
  if (!members_.contains(what.who.value))
    throw fault_error(fault_code::not_found, "not a member");
  auto changed = members_.at(what.who.value);
  changed.role = what.role;
  wish next;
  next.kind = "role";
  next.author = author_of(who, me, changed.who);
  next.subject = what.who.value;
  next.data = member_data(changed);
  next.also.push_back(update_role(id_, what.who, what.role));
  co_await saving(*log_, std::move(next));
  if (auto still = members_.find(what.who.value); still != members_.end())
    still->second.role = what.role;
  co_return view_of();
}

task<room_state_view> room_state::archive(scope who, archive_room what) {
  last_use_ = self_->clock().now();
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
  listening_.insert_or_assign(what.who.get(), std::pair{who.user, what});
  auto out = co_await following(*log_, std::move(what));
  co_return out;
}

// Who was taken out hears no more. A client may come back, and is then asked again whether it may.
void room_state::hush(const user_id& who) {
  std::erase_if(listening_, [&](const auto& each) {
    const auto& [user, what] = each.second;
    if (user != who)
      return false;
    log_->unfollow(what.who);
    if (auto bytes = what.how->gap(log_->name()); bytes.size() > 0)
      what.who->push(bytes);
    return true;
  });
}

caf::result<void> room_state::relay(const scope& who, signal_stream& what) {
  if (auto why = refuse_reader(who))
    return to_error(*why);
  const auto* me = member(who);
  if (!me)
    return to_error(fail(fault_code::forbidden, "join the room first"));
  log_->signal({log_->name(), std::move(what.kind), me->who, std::move(what.data), now()},
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
