#include "actors/groups/board.hpp"

#include "actors/groups/group_rows.hpp"
#include "actors/groups/room_rows.hpp"
#include "actors/groups/saving.hpp"
#include "actors/groups/stream_owner.hpp"
#include "schema/json_writer.hpp"

namespace stoa {

namespace {

/// What a wish that waits for its turn holds in memory.
std::size_t weight_of_drawing(const draw_on_board& what) {
  return what.operation.size();
}
std::size_t weight_of_drawing(const replace_board& what) {
  return what.data ? what.data->size() : 0;
}

// A board has one line: clearing it, or putting another drawing in its place, is about every shape.
const std::string the_line{"board"};

}  // namespace

board_state::board_state(protocol::pointer self, board_id id, database_actor database,
                         board_surroundings surroundings)
    : self_(self),
      id_(std::move(id)),
      database_(std::move(database)),
      around_(std::move(surroundings)),
      gate_(self, log_, [this] { return around_.room(room_id{row_->group.value}); }),
      turns_(around_.limits.pending, around_.limits.pending_bytes) {}

board_state::protocol::behavior_type board_state::make_behavior() {
  last_use_ = self_->clock().now();
  load();
  keep_watch(self_, log_, last_use_, around_.limits.idle,
             [this] { around_.retire(id_.value, self_->address()); });
  return {
      [this](scope& who, follow_stream& what) {
        return answer_with(self_, follow(std::move(who), std::move(what)));
      },
      [this](unfollow_stream& what) { gate_.leave(what.who); },
      [this](scope& who, signal_stream& what) {
        return answer_with(self_, relay(std::move(who), std::move(what)));
      },
      [this](scope& who, read_history& what) {
        return answer_with(self_, read(std::move(who), what));
      },
      [this](scope& who, draw_on_board& what) { return in_turn(who, what, &board_state::draw); },
      [this](scope& who, replace_board& what) { return in_turn(who, what, &board_state::replace); },
      [this](scope& who, show_board) { return answer_with(self_, show(std::move(who))); },
      [this](const member_gone& what) { heard(what); },
  };
}

// -- loading ----------------------------------------------------------------------------

void board_state::load() {
  log_.emplace("board:" + id_.value, "", wire_log(self_, database_), around_.limits);
  auto wanted = load_board(id_, log_->name());
  wanted.statements.push_back(log_->restore_statement());
  ask(self_, database_, std::move(wanted))
      .await([this](results& found) { restore(found); },
             [this](caf::error& why) { self_->quit(std::move(why)); });
}

void board_state::restore(const results& found) {
  if (found[0].empty())
    return;
  auto row = read_row_of<board_row>(found[0], 0);
  if (!row) {
    self_->quit(to_error(row.error()));
    return;
  }
  row_ = std::move(*row);
  snapshot_seq_ = folded_ = static_cast<std::uint64_t>(row_->snapshot_seq);
  auto good = drawing_.replace(row_->data.text);
  for (std::size_t i = 0; good && i < found[1].size(); ++i) {
    const auto kind = found[1].text(i, 0);
    if (kind == "op")
      good = drawing_.apply(found[1].text(i, 1));
    else if (kind == "replace")
      good = drawing_.replace_from_event(found[1].text(i, 1));
    folded_ = static_cast<std::uint64_t>(found[1].integer(i, 2));
  }
  if (!good) {
    self_->quit(to_error(good.error()));
    return;
  }
  log_.emplace("board:" + id_.value, row_->establishment.value, wire_log(self_, database_),
               around_.limits);
  log_->restore(found[2]);
}

// -- who may ----------------------------------------------------------------------------

task<std::optional<room_member>> board_state::check(scope who, wish_to what) {
  last_use_ = self_->clock().now();
  if (!row_ || !row_->is_active || !sees(who, row_->establishment.value))
    throw fault_error(fault_code::not_found, "no such board");
  auto room = around_.room(room_id{row_->group.value});
  auto server = server_scope(row_->establishment.value);
  find_member question{who.user};
  auto state = co_await ask(self_, room, server, question);
  if (!state.members.empty())
    co_return std::move(state.members.front());
  if (what == wish_to::look && who.at_least(role::manager))
    co_return std::optional<room_member>{};
  throw fault_error(fault_code::forbidden, "join the group first");
}

// -- one after the other ----------------------------------------------------------------

template <class T, class Wish>
caf::result<T> board_state::in_turn(scope& who, Wish& what,
                                    task<T> (board_state::*work)(scope, Wish)) {
  auto reply = self_->make_response_promise<T>();
  const auto bytes = weight_of_drawing(what);
  auto kept = std::make_shared<task<T>>((this->*work)(std::move(who), std::move(what)));
  auto turn = [this, reply, kept]() mutable {
    const auto mine = ++turn_;
    in_turn_ = true;
    start(std::move(*kept), [this, reply, mine](outcome<T> end) mutable {
      if (end)
        reply.deliver(std::move(*end));
      else
        reply.deliver(to_error(end.error()));
      // One that was refused took no place in the log.
      if (turn_ == mine)
        let_next();
    });
  };
  if (!turns_.enter(the_line, bytes, std::move(turn)))
    reply.deliver(to_error(fail(fault_code::overloaded, "too many wishes at once; try again")));
  return reply;
}

// The wish whose turn it is has its place in the log: the next one need not wait for the commit.
void board_state::let_next() {
  if (std::exchange(in_turn_, false))
    turns_.leave(the_line);
}

// -- drawing ----------------------------------------------------------------------------

task<posted> board_state::draw(scope who, draw_on_board what) {
  auto me = co_await check(who, wish_to::draw);
  if (auto good = drawing::check(what.operation); !good)
    throw fault_error(good.error());
  if (!drawing_.is_made_of_elements() || reshaping_ > 0)
    throw fault_error(fault_code::conflict, "this drawing is not made of elements");
  if (drawing_.size() + what.operation.size() > around_.largest)
    throw fault_error(fault_code::too_large, "the board is full");
  wish next;
  next.kind = "op";
  next.author = me->who;
  next.client_key = what.key;
  next.data = what.operation;
  std::function<void()> placed = [this] { let_next(); };
  auto done = co_await saving(*log_, std::move(next), placed);
  // Commits end in the order of their numbers; a retry answers with an old one, folded long ago.
  if (done.event->seq > folded_) {
    folded_ = done.event->seq;
    if (auto good = drawing_.apply(done.event->data); !good)
      throw fault_error(good.error());
    snapshot_sometimes();
  }
  co_return answer_of_event(done.event);
}

task<board_view> board_state::replace(scope who, replace_board what) {
  auto me = co_await check(who, wish_to::draw);
  drawing fresh_one;
  if (what.data) {
    if (what.data->size() > around_.largest)
      throw fault_error(fault_code::too_large, "the board is too large");
    if (auto good = fresh_one.replace(*what.data); !good)
      throw fault_error(good.error());
  }
  if (what.title)
    if (auto why = refuse_text(*what.title, 200))
      throw fault_error(*why);
  wish next;
  next.kind = "replace";
  next.author = me->who;
  next.client_key = what.key;
  next.subject = id_.value;
  json_writer data{next.data};
  data.begin_object();
  if (what.data)
    data.key("data").raw(fresh_one.text());
  if (what.title)
    data.member("title", *what.title);
  if (what.is_active)
    data.member("isActive", *what.is_active);
  data.end_object();
  // A restore folds this event too, so operations numbered before it never touch the new data.
  next.also.push_back(update_board(id_, what.data, what.title, what.is_active));
  // An operation that is numbered behind this one will fold into what is being saved.
  const bool reshapes = what.data && !fresh_one.is_made_of_elements();
  reshaping_ += reshapes;
  std::function<void()> placed = [this] { let_next(); };
  auto done_or_not = co_await caught(saving(*log_, std::move(next), placed));
  reshaping_ -= reshapes;
  if (!done_or_not)
    throw fault_error(std::move(done_or_not.error()));
  auto done = std::move(*done_or_not);
  if (!done.also.empty()) {
    auto row = read_row_of<board_row>(done.also.at(0), 0);
    if (!row)
      throw fault_error(row.error());
    row_ = std::move(*row);
    if (what.data) {
      drawing_ = std::move(fresh_one);
      folded_ = done.event->seq;
      snapshot_sometimes();
    }
  }
  co_return view_of();
}

void board_state::snapshot_sometimes() {
  if (writing_snapshot_ || folded_ < snapshot_seq_ + around_.snapshot_every)
    return;
  writing_snapshot_ = true;
  const auto seq = folded_;
  ask(self_, database_,
      in_establishment(row_->establishment.value, write_snapshot(id_, drawing_.text(), seq)))
      .then(
          [this, seq](results&) {
            writing_snapshot_ = false;
            snapshot_seq_ = seq;
          },
          [this](caf::error&) { writing_snapshot_ = false; });
}

task<board_view> board_state::show(scope who) {
  co_await check(std::move(who), wish_to::look);
  co_return view_of();
}

board_view board_state::view_of() const {
  board_view out{*row_, log_->last()};
  out.row.data.text = drawing_.text();
  return out;
}

// -- following --------------------------------------------------------------------------

task<followed> board_state::follow(scope who, follow_stream what) {
  auto end = co_await caught(come_in(std::move(who), what));
  if (!end) {
    gate_.leave(what.who);
    throw fault_error(std::move(end.error()));
  }
  co_return *end;
}

// Watched first, asked second: whoever is taken out in between is heard of.
task<followed> board_state::come_in(scope who, follow_stream what) {
  if (!row_)
    throw fault_error(fault_code::not_found, "no such board");
  gate_.enter(who, what, row_->establishment.value);
  co_await check(std::move(who), wish_to::look);
  if (!gate_.has(what.who)) {
    const auto last = log_->last();
    co_return followed{last, last, last, false, false};
  }
  auto out = co_await following(*log_, std::move(what));
  co_return out;
}

void board_state::heard(const member_gone& what) {
  if (!what.who.empty()) {
    gate_.put_out(
        [&](const scope& each) { return each.user == what.who && !each.at_least(role::manager); });
    return;
  }
  for (auto& each : gate_.watch_again()) {
    auto user = each.user;
    start(check(std::move(each), wish_to::look),
          [this, user = std::move(user)](const outcome<std::optional<room_member>>& end) {
            if (!end)
              gate_.put_out([&](const scope& one) { return one.user == user; });
          });
  }
}

task<void> board_state::relay(scope who, signal_stream what) {
  auto me = co_await check(std::move(who), wish_to::draw);
  stream_signal passing{log_->name(), std::move(what.kind), me->who, std::move(what.data), now(),
                        what.how};
  log_->signal(passing, what.except);
}

task<history_page> board_state::read(scope who, read_history what) {
  co_await check(std::move(who), wish_to::look);
  auto out = co_await reading(*log_, what);
  co_return out;
}

}  // namespace stoa
