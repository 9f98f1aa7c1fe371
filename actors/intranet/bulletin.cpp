#include "actors/intranet/bulletin.hpp"

#include "actors/groups/stream_owner.hpp"
#include "schema/json_writer.hpp"

namespace stoa {

namespace {

stream_signal signal_of(const std::string& kind, std::string data) {
  stream_signal out;
  out.stream = "bulletin";
  out.kind = kind;
  out.data = std::move(data);
  out.at = now();
  return out;
}

}  // namespace

bulletin_state::bulletin_state(protocol::pointer self,
                               std::function<void(const caf::actor_addr&)> retire)
    : self_(self), retire_(std::move(retire)) {}

bulletin_state::protocol::behavior_type bulletin_state::make_behavior() {
  return {
      [this](const scope& who, attend_bulletin& what) { return attend(who, what); },
      [this](appear_on_bulletin& what) { appear(what.who); },
      [this](leave_bulletin& what) { leave(what.who); },
      [this](tune_channel& what) { return tune(what); },
      [this](tell_channel& what) { tell_others(what); },
      [this](publish_notice& what) { publish(what); },
  };
}

// -- who is here ------------------------------------------------------------------------

caf::result<void> bulletin_state::attend(const scope& who, attend_bulletin& what) {
  // It is off the directory already: whoever asks again finds its successor.
  if (closed_)
    return to_error(fail(fault_code::unavailable, "the bulletin has just closed"));
  attendant me;
  me.user = who.user;
  me.how = what.how;
  me.staff = who.at_least(role::manager) || who.may("manage_complaints");
  if (me.staff)
    staff_.add(what.who, *what.how);
  all_.add(what.who, *what.how);
  by_user_[who.user.value].insert(what.who);
  here_.insert_or_assign(what.who, std::move(me));
  return {};
}

void bulletin_state::appear(const outbox_ptr& who) {
  const auto found = here_.find(who);
  if (found == here_.end())
    return;
  auto& me = found->second;
  if (std::exchange(me.appeared, true))
    return tell_status(me.user, true, who);
  const bool first = appeared_[me.user.value]++ == 0;
  tell_status(me.user, true, first ? nullptr : who);
}

void bulletin_state::leave(const outbox_ptr& who) {
  const auto gone = here_.extract(who);
  if (!gone)
    return;
  const auto& was = gone.mapped();
  all_.remove(who);
  staff_.remove(who);
  for (const auto& channel : was.channels) {
    const auto tuned = channels_.find(channel);
    tuned->second.remove(who);
    if (tuned->second.empty())
      channels_.erase(tuned);
  }
  const auto mine = by_user_.find(was.user.value);
  mine->second.erase(who);
  if (mine->second.empty())
    by_user_.erase(mine);
  if (was.appeared && --appeared_[was.user.value] == 0) {
    appeared_.erase(was.user.value);
    tell_status(was.user, false);
  }
  close_when_empty();
}

void bulletin_state::tell_status(const user_id& of, bool online, const outbox_ptr& only) {
  std::string data;
  json_writer{data}
      .begin_object()
      .member("userId", of.value)
      .member("isOnline", online)
      .end_object();
  const auto told = signal_of("status", std::move(data));
  if (!only) {
    all_.send([&](const view& how) { return how.signal(told); });
    return;
  }
  if (auto bytes = here_.at(only).how->signal(told); bytes.size() > 0)
    only->push(bytes);
}

// -- channels ---------------------------------------------------------------------------

caf::result<void> bulletin_state::tune(tune_channel& what) {
  const auto found = here_.find(what.who);
  if (found == here_.end())
    return to_error(fail(fault_code::not_found, "not connected"));
  auto& mine = found->second.channels;
  if (what.on) {
    if (mine.size() >= most_channels && !mine.contains(what.channel))
      return to_error(fail(fault_code::conflict, "too many channels"));
    mine.insert(what.channel);
    channels_[what.channel].add(what.who);
  } else if (mine.erase(what.channel) > 0) {
    const auto tuned = channels_.find(what.channel);
    tuned->second.remove(what.who);
    if (tuned->second.empty())
      channels_.erase(tuned);
  }
  return {};
}

void bulletin_state::tell_others(const tell_channel& what) {
  const auto found = here_.find(what.who);
  if (found == here_.end() || !found->second.channels.contains(what.channel))
    return;
  channels_.at(what.channel).send(what.what, urgency::ephemeral, what.who);
}

// -- notices ----------------------------------------------------------------------------

void bulletin_state::publish(const publish_notice& what) {
  const auto told = signal_of(what.kind, what.data);
  const auto make = [&](const view& how) { return how.signal(told); };
  if (what.reach == notice_reach::everyone)
    return all_.send(make);
  if (what.reach == notice_reach::staff)
    staff_.send(make);
  for (const auto& person : std::set<user_id>{what.people.begin(), what.people.end()}) {
    const auto theirs = by_user_.find(person.value);
    if (theirs == by_user_.end())
      continue;
    for (const auto& each : theirs->second) {
      const auto& me = here_.at(each);
      if (what.reach == notice_reach::staff && me.staff)
        continue;
      if (auto bytes = make(*me.how); bytes.size() > 0)
        each->push(bytes);
    }
  }
}

void bulletin_state::close_when_empty() {
  if (!here_.empty() || closed_)
    return;
  closed_ = true;
  retire_(self_->address());
  after_delay(self_, owner_farewell, [self = self_] { self->quit(); });
}

}  // namespace stoa
