#include "actors/groups/study_group.hpp"

#include "actors/groups/group_rows.hpp"
#include "actors/groups/room_rows.hpp"
#include "actors/groups/saving.hpp"
#include "actors/groups/stream_owner.hpp"
#include "schema/json.hpp"
#include "schema/sql.hpp"

namespace stoa {

study_group_state::study_group_state(protocol::pointer self, group_id id, database_actor database,
                                     group_surroundings surroundings)
    : self_(self),
      id_(std::move(id)),
      database_(std::move(database)),
      around_(std::move(surroundings)),
      gate_(self, log_, [this] { return around_.room(room_id{id_.value}); }) {}

study_group_state::protocol::behavior_type study_group_state::make_behavior() {
  last_use_ = self_->clock().now();
  load();
  keep_watch(self_, log_, last_use_, around_.limits.idle,
             [this] { around_.retire(id_.value, self_->address()); });
  return {
      [this](scope& who, follow_stream& what) {
        return answer_with(self_, follow(std::move(who), std::move(what)));
      },
      [this](unfollow_stream& what) { gate_.leave(what.who); },
      // Nothing passes in a group: typing is the room's, strokes are the board's.
      [](const scope&, signal_stream&) -> caf::result<void> {
        return to_error(fail(fault_code::invalid, "a group takes no signals"));
      },
      [this](scope& who, read_history& what) {
        return answer_with(self_, read(std::move(who), what));
      },
      [this](scope& who, join_group& what) {
        return answer_with(self_, join(std::move(who), std::move(what)));
      },
      [this](scope& who, leave_group& what) {
        return answer_with(self_, leave(std::move(who), std::move(what)));
      },
      [this](scope& who, appoint_in_group& what) {
        return answer_with(self_, appoint(std::move(who), std::move(what)));
      },
      [this](scope& who, change_group& what) {
        return answer_with(self_, change(std::move(who), std::move(what)));
      },
      [this](scope& who, archive_group) { return answer_with(self_, archive(std::move(who))); },
      [this](scope& who, show_group) { return answer_with(self_, show(std::move(who))); },
      [this](scope& who, create_board& what) {
        return answer_with(self_, create(std::move(who), std::move(what)));
      },
      [this](const member_gone& what) { heard(what); },
  };
}

// -- loading ----------------------------------------------------------------------------

void study_group_state::load() {
  log_.emplace("group:" + id_.value, "", wire_log(self_, database_), around_.limits);
  ask(self_, database_, load_study_group(id_, log_->restore_statement()))
      .await([this](results& found) { restore(found); },
             [this](caf::error& why) { self_->quit(std::move(why)); });
}

void study_group_state::restore(const results& found) {
  if (found[0].empty())
    return;
  auto row = read_row_of<group_row>(found[0], 0);
  if (!row) {
    self_->quit(to_error(row.error()));
    return;
  }
  row_ = std::move(*row);
  log_.emplace("group:" + id_.value, row_->establishment.value, wire_log(self_, database_),
               around_.limits);
  log_->restore(found[1]);
}

// -- who may ----------------------------------------------------------------------------

bool study_group_state::moderates(const scope& who, const group_view& now) {
  const auto* me = now.member(who.user);
  return (me && me->role != "member") || who.at_least(role::manager);
}

bool study_group_state::administers(const scope& who, const group_view& now) {
  const auto* me = now.member(who.user);
  return (me && me->role == "admin") || who.at_least(role::manager);
}

bool study_group_state::open_to(const scope& who) const {
  return row_->is_public || who.at_least(role::manager);
}

task<group_view> study_group_state::look() {
  auto room = around_.room(room_id{id_.value});
  auto server = server_scope(row_->establishment.value);
  list_members question;
  auto state = co_await ask(self_, room, server, question);
  group_view out{*row_, std::move(state.members)};
  co_return out;
}

task<group_view> study_group_state::look_for(scope who) {
  last_use_ = self_->clock().now();
  if (!row_ || !sees(who, row_->establishment.value))
    throw fault_error(fault_code::not_found, "no such group");
  auto now = co_await look();
  if (!open_to(who) && !now.member(who.user))
    throw fault_error(fault_code::forbidden, "the group is private");
  co_return now;
}

// -- members ----------------------------------------------------------------------------

task<group_view> study_group_state::join(scope who, join_group what) {
  auto now = co_await look_for(who);
  auto newcomer = what.who;
  if (newcomer.empty())
    newcomer = who.user;
  if (newcomer != who.user && !moderates(who, now))
    throw fault_error(fault_code::forbidden, "not allowed to let members in");
  if (row_->status != "active")
    throw fault_error(fault_code::conflict, "the group is not active");
  auto room = around_.room(room_id{id_.value});
  auto server = server_scope(row_->establishment.value);
  admit_member wish{newcomer, "member", static_cast<std::uint32_t>(row_->max_members)};
  auto state = co_await ask(self_, room, server, std::move(wish));
  group_view out{*row_, std::move(state.members)};
  co_return out;
}

task<group_view> study_group_state::leave(scope who, leave_group what) {
  auto now = co_await look_for(who);
  auto leaver = what.who;
  if (leaver.empty())
    leaver = who.user;
  if (leaver != who.user && !moderates(who, now))
    throw fault_error(fault_code::forbidden, "not allowed to remove members");
  if (!now.member(leaver))
    throw fault_error(fault_code::not_found, "not a member");
  if (leaver == row_->created_by)
    throw fault_error(fault_code::conflict, "the creator cannot leave the group");
  auto room = around_.room(room_id{id_.value});
  auto server = server_scope(row_->establishment.value);
  remove_member wish{leaver};
  auto state = co_await ask(self_, room, server, std::move(wish));
  group_view out{*row_, std::move(state.members)};
  co_return out;
}

task<group_view> study_group_state::appoint(scope who, appoint_in_group what) {
  auto now = co_await look_for(who);
  if (!administers(who, now))
    throw fault_error(fault_code::forbidden, "only the group's admins give roles");
  auto room = around_.room(room_id{id_.value});
  auto server = server_scope(row_->establishment.value);
  set_member_role wish{what.who, what.role};
  auto state = co_await ask(self_, room, server, std::move(wish));
  group_view out{*row_, std::move(state.members)};
  co_return out;
}

// -- the row ----------------------------------------------------------------------------

task<void> study_group_state::save_row(scope who, std::string kind, std::string data,
                                       statement change) {
  wish next;
  next.kind = std::move(kind);
  next.author = author_of(who, nullptr);
  next.subject = id_.value;
  next.data = std::move(data);
  next.also.push_back(std::move(change));
  auto done = co_await saving(*log_, std::move(next));
  auto fresh = read_row_of<group_row>(done.also.at(0), 0);
  if (!fresh)
    throw fault_error(fresh.error());
  row_ = std::move(*fresh);
  // The room decides about each message by these.
  auto room = around_.room(room_id{id_.value});
  auto server = server_scope(row_->establishment.value);
  auto rules = rules_of(*row_);
  co_await ask(self_, room, server, rules);
}

task<group_view> study_group_state::change(scope who, change_group what) {
  auto now = co_await look_for(who);
  if (!moderates(who, now))
    throw fault_error(fault_code::forbidden, "only the group's moderators may change it");
  const auto count = static_cast<std::int32_t>(now.members.size());
  static const auto capacity = fields_of<&group_row::max_members>();
  if ((what.change.which & capacity).any() && what.change.values.max_members < count)
    throw fault_error(fault_code::conflict, "the group has more members than that");
  auto server = server_scope(row_->establishment.value);
  auto text = sql::change(server, id_.value, what.change);
  statement change{std::move(text.sql), std::move(text.params)};
  auto data = change_announcement(what.change);
  auto saved = co_await caught(save_row(who, "update", std::move(data), std::move(change)));
  auto out = co_await caught(look());
  // Who followed because everybody might, and may no more, is out before this is answered. When it
  // is not known who is a member, they all come back and are asked.
  gate_.put_out(
      [&](const scope& each) { return !open_to(each) && !(out && out->member(each.user)); });
  if (!saved)
    throw fault_error(std::move(saved.error()));
  if (!out)
    throw fault_error(std::move(out.error()));
  co_return *out;
}

task<group_view> study_group_state::archive(scope who) {
  auto now = co_await look_for(who);
  if (!administers(who, now))
    throw fault_error(fault_code::forbidden, "only the group's admins may close it");
  if (row_->status == "archived")
    co_return now;
  auto change = archive_statement(id_);
  co_await save_row(who, "archive", "{}", std::move(change));
  auto room = around_.room(room_id{id_.value});
  auto server = server_scope(row_->establishment.value);
  archive_room wish{true};
  co_await ask(self_, room, server, wish);
  auto out = co_await look();
  co_return out;
}

task<group_view> study_group_state::show(scope who) {
  auto out = co_await look_for(std::move(who));
  co_return out;
}

// -- boards and followers ---------------------------------------------------------------

task<board_view> study_group_state::create(scope who, create_board what) {
  auto now = co_await look_for(who);
  if (!now.member(who.user))
    throw fault_error(fault_code::forbidden, "join the group first");
  if (row_->status != "active")
    throw fault_error(fault_code::conflict, "the group is not active");
  if (auto why = refuse_text(what.title, 200))
    throw fault_error(*why);
  board_view out;
  out.row.id = fresh<board_id>();
  wish next;
  next.kind = "board";
  next.author = author_of(who, now.member(who.user));
  next.client_key = std::move(what.key);
  next.subject = out.row.id.value;
  next.data = board_announcement(out.row.id, what.title);
  next.also.push_back(insert_board(out.row.id, *row_, who.user, what.title, what.data));
  auto done = co_await saving(*log_, std::move(next));
  // An earlier try has made it: that one is the answer.
  if (done.also.empty()) {
    const board_id first{done.event->subject};
    auto found = co_await ask(self_, database_,
                              in_establishment(row_->establishment.value, select_board(first)));
    done.also.push_back(std::move(found.each.at(0)));
  }
  auto row = read_row_of<board_row>(done.also.at(0), 0);
  if (!row)
    throw fault_error(row.error());
  out.row = std::move(*row);
  co_return out;
}

task<followed> study_group_state::follow(scope who, follow_stream what) {
  auto end = co_await caught(come_in(std::move(who), what));
  if (!end) {
    gate_.leave(what.who);
    throw fault_error(std::move(end.error()));
  }
  co_return *end;
}

// Watched first, asked second: whoever is taken out in between is heard of.
task<followed> study_group_state::come_in(scope who, follow_stream what) {
  if (!row_)
    throw fault_error(fault_code::not_found, "no such group");
  gate_.enter(who, what, row_->establishment.value);
  co_await look_for(std::move(who));
  if (!gate_.has(what.who)) {
    const auto last = log_->last();
    co_return followed{last, last, last, false, false};
  }
  auto out = co_await following(*log_, std::move(what));
  co_return out;
}

void study_group_state::heard(const member_gone& what) {
  if (!what.who.empty()) {
    gate_.put_out([&](const scope& each) { return each.user == what.who && !open_to(each); });
    return;
  }
  for (auto& each : gate_.watch_again()) {
    auto user = each.user;
    start(look_for(std::move(each)),
          [this, user = std::move(user)](const outcome<group_view>& end) {
            if (!end)
              gate_.put_out([&](const scope& one) { return one.user == user; });
          });
  }
}

task<history_page> study_group_state::read(scope who, read_history what) {
  co_await look_for(std::move(who));
  auto out = co_await reading(*log_, what);
  co_return out;
}

}  // namespace stoa
