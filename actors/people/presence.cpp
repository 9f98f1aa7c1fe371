#include "actors/people/presence.hpp"

#include "actors/groups/stream_owner.hpp"
#include "schema/json_writer.hpp"

#include <algorithm>

namespace stoa {

namespace {

constexpr const char* presence_stream = "presence";

void write_person(json_writer& out, const std::string& id, const std::string& name) {
  out.begin_object().member("id", id).member("name", name).end_object();
}

}  // namespace

presence_state::presence_state(protocol::pointer self, establishment_id of, presence_pace pace)
    : self_(self), establishment_(std::move(of)), pace_(pace) {}

presence_state::~presence_state() {
  followers_.send([](const view& how) { return how.gap(presence_stream); });
}

presence_state::protocol::behavior_type presence_state::make_behavior() {
  beat();
  return {
      [this](const scope& who, follow_stream& what) { return follow(who, what); },
      [this](unfollow_stream& what) { followers_.remove(what.who); },
      [](const scope&, signal_stream&) -> caf::result<void> {
        return to_error(fail(fault_code::forbidden, "presence tells itself"));
      },
      [](const scope&, read_history&) -> caf::result<history_page> {
        return to_error(fail(fault_code::invalid, "presence has no history"));
      },
      [this](note_presence& what) { note(what); },
  };
}

// -- who is here ----------------------------------------------------------------------

void presence_state::note(note_presence& what) {
  const auto& user = what.user.value;
  if (what.here) {
    auto& person = here_[user];
    person.name = std::move(what.name);
    person.sessions.insert(what.session.value);
    touch(user);
    return;
  }
  const auto found = here_.find(user);
  if (found == here_.end() || found->second.sessions.erase(what.session.value) == 0 ||
      !found->second.sessions.empty())
    return;
  after_delay(self_, pace_.grace, [this, user, departure = ++found->second.departures] {
    const auto still = here_.find(user);
    if (still == here_.end() || !still->second.sessions.empty() ||
        still->second.departures != departure)
      return;
    here_.erase(still);
    touch(user);
  });
}

void presence_state::touch(const std::string& user) {
  touched_.insert(user);
  if (!std::exchange(telling_, true))
    after_delay(self_, pace_.gather, [this] {
      telling_ = false;
      tell_changes();
    });
}

void presence_state::tell_changes() {
  std::set<std::string> came;
  std::set<std::string> went;
  for (const auto& user : std::exchange(touched_, {})) {
    const auto found = here_.find(user);
    const auto known = told_.find(user);
    if (found != here_.end() && (known == told_.end() || known->second != found->second.name)) {
      told_.insert_or_assign(user, found->second.name);
      came.insert(user);
    } else if (found == here_.end() && known != told_.end()) {
      told_.erase(known);
      went.insert(user);
    }
  }
  if (came.empty() && went.empty())
    return;
  ++version_;
  std::string data;
  json_writer json{data};
  json.begin_object().member("version", version_).key("online").begin_array();
  for (const auto& user : came)
    write_person(json, user, told_[user]);
  json.end_array().key("offline").begin_array();
  for (const auto& user : went)
    json.value(user);
  json.end_array().end_object();
  const auto told = signal(std::move(data));
  followers_.send([&](const view& how) { return how.signal(told); }, urgency::ephemeral);
}

stream_signal presence_state::signal(std::string data) const {
  stream_signal out{presence_stream, "presence", {}, std::move(data), now()};
  out.author.first_name = "Stoa";
  return out;
}

// -- following ------------------------------------------------------------------------

caf::result<followed> presence_state::follow(const scope& who, follow_stream& what) {
  if (who.user.empty() || who.establishment != establishment_)
    return to_error(fail(fault_code::not_found, "no such stream"));
  const followed answer{version_, version_, version_, true, false};
  what.who->push(what.how->greeting(presence_stream, answer));
  introduce(what);
  followers_.add(what.who, *what.how);
  return answer;
}

// Tells what everybody has been told, so that the next changes apply to it: in pages, since a frame
// with thousands of names would not fit into an outbox beside anything else.
void presence_state::introduce(const follow_stream& what) {
  auto next = told_.begin();
  std::size_t named = 0;
  do {
    std::string data;
    json_writer json{data};
    json.begin_object();
    json.member(named == 0 ? "all" : "continues", true).member("version", version_);
    json.key("online").begin_array();
    const auto until = std::min(named + pace_.page, std::min(pace_.most, told_.size()));
    for (; named < until; ++named, ++next)
      write_person(json, next->first, next->second);
    json.end_array().key("offline").begin_array().end_array();
    if (named == pace_.most && next != told_.end())
      json.member("others", told_.size() - named);
    json.end_object();
    what.who->push(what.how->signal(signal(std::move(data))));
  } while (named < std::min(pace_.most, told_.size()));
}

void presence_state::beat() {
  after_delay(self_, owner_heartbeat, [this] {
    followers_.send([this](const view& how) { return how.heartbeat(presence_stream, version_); },
                    urgency::ephemeral);
    beat();
  });
}

}  // namespace stoa
