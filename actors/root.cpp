#include "actors/root.hpp"

#include "actors/checkins/campus.hpp"
#include "actors/core/directory.hpp"
#include "actors/forum/topic.hpp"
#include "actors/groups/board.hpp"
#include "actors/groups/huddle.hpp"
#include "actors/groups/room.hpp"
#include "actors/groups/study_group.hpp"
#include "actors/intranet/bulletin.hpp"
#include "actors/jobs/clock.hpp"
#include "actors/jobs/file_remover.hpp"
#include "actors/jobs/job_rows.hpp"
#include "actors/jobs/mailer.hpp"
#include "actors/jobs/session_ender.hpp"
#include "actors/media/protocol.hpp"
#include "actors/people/inbox.hpp"
#include "actors/people/presence.hpp"
#include "actors/people/session.hpp"

#include <caf/actor_system.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/metric_family_impl.hpp>
#include <caf/telemetry/metric_registry.hpp>

namespace stoa {

void announce_types() {
  caf::core::init_global_meta_objects();
  caf::init_global_meta_objects<caf::id_block::stoa_core>();
  caf::init_global_meta_objects<caf::id_block::stoa_persistence>();
  caf::init_global_meta_objects<caf::id_block::stoa_people>();
  caf::init_global_meta_objects<caf::id_block::stoa_groups>();
  caf::init_global_meta_objects<caf::id_block::stoa_forum>();
  caf::init_global_meta_objects<caf::id_block::stoa_jobs>();
  caf::init_global_meta_objects<caf::id_block::stoa_checkins>();
  caf::init_global_meta_objects<caf::id_block::stoa_media>();
  caf::init_global_meta_objects<caf::id_block::stoa_intranet>();
}

namespace {

// How many owners of a kind run, beside CAF's own metrics and under the names that actors have
// there.
template <class State>
caf::telemetry::int_gauge* running(caf::actor_system& system) {
  return system.metrics().gauge_instance("stoa", "actors.running", {{"name", State::name}},
                                         "owners in memory");
}

template <class State, class... Ts>
typename State::protocol launch_counted(caf::actor_system& system, Ts&&... xs) {
  auto out = launch<State>(system, std::forward<Ts>(xs)...);
  auto* count = running<State>(system);
  count->inc();
  out->attach_functor([count] { count->dec(); });
  return out;
}

}  // namespace

house::house(caf::actor_system& system, database_place where, const house_options& options)
    : system_(system),
      options_(options),
      sign_ins_(options.sign_ins),
      arrivals_(options.arrivals),
      tokens_(options.token_key, options.previous_token_key),
      callers_(options.callers),
      sockets_(options.sockets_per_user) {
  database_ = open_database(where, options_.database);
  for (std::size_t i = 0; i < std::max<std::size_t>(options_.hashers, 1); ++i)
    hashers_.push_back(launch_detached<hasher_state>(system_, options_.passwords));
  passwords_ = std::make_unique<hash_lane>(hashers_, options_.passwords, options_.hash_queue);
  for (std::size_t i = 0; i < std::max<std::size_t>(options_.guest_desks, 1); ++i)
    guests_.push_back(launch<guest_state>(system_));

  // Kinds of which none runs are told as well.
  for (auto* none : {running<room_state>(system_), running<study_group_state>(system_),
                     running<board_state>(system_), running<topic_state>(system_),
                     running<huddle_state>(system_), running<inbox_state>(system_),
                     running<bulletin_state>(system_), running<presence_state>(system_),
                     running<campus_state>(system_), running<session_state>(system_)})
    none->value(0);
  rooms_ = std::make_unique<directory<room_actor>>([this](const std::string& id) {
    room_surroundings around;
    around.limits = options_.streams;
    around.notified = [this](const user_id& user, const std::string& row) { notified(user, row); };
    around.retire = [this](const std::string& gone, const caf::actor_addr& who) {
      rooms_->retire(gone, who);
    };
    return launch_counted<room_state>(system_, room_id{id}, database_, std::move(around));
  });
  groups_ = std::make_unique<directory<group_actor>>([this](const std::string& id) {
    group_surroundings around;
    around.limits = options_.streams;
    around.room = [this](const room_id& of) { return room(of); };
    around.retire = [this](const std::string& gone, const caf::actor_addr& who) {
      groups_->retire(gone, who);
    };
    return launch_counted<study_group_state>(system_, group_id{id}, database_, std::move(around));
  });
  boards_ = std::make_unique<directory<board_actor>>([this](const std::string& id) {
    board_surroundings around;
    around.limits = options_.streams;
    around.room = [this](const room_id& of) { return room(of); };
    around.retire = [this](const std::string& gone, const caf::actor_addr& who) {
      boards_->retire(gone, who);
    };
    return launch_counted<board_state>(system_, board_id{id}, database_, std::move(around));
  });
  topics_ = std::make_unique<directory<topic_actor>>([this](const std::string& id) {
    topic_surroundings around;
    around.limits = options_.streams;
    around.notified = [this](const establishment_id& of, const user_id& user,
                             const std::string& row) {
      notified(user, row);
      // The pages of an intranet hear it on its bulletin.
      if (auto event = notification_event(row))
        publish(of, {"notification", (*event)->data, notice_reach::people, {user}});
    };
    around.retire = [this](const std::string& gone, const caf::actor_addr& who) {
      topics_->retire(gone, who);
    };
    return launch_counted<topic_state>(system_, topic_id{id}, database_, std::move(around));
  });
  huddles_ = std::make_unique<directory<huddle_actor>>([this](const std::string& key) {
    return launch_counted<huddle_state>(
        system_, [this, key](const caf::actor_addr& who) { huddles_->retire(key, who); });
  });
  inboxes_ = std::make_unique<directory<inbox_actor>>([this](const std::string& user) {
    inbox_surroundings around;
    around.replay = options_.streams.replay;
    around.idle = options_.streams.idle;
    around.retire = [this](const std::string& gone, const caf::actor_addr& who) {
      inboxes_->retire(gone, who);
    };
    return launch_counted<inbox_state>(system_, user_id{user}, database_, std::move(around));
  });
  bulletins_ = std::make_unique<directory<bulletin_actor>>([this](const std::string& of) {
    return launch_counted<bulletin_state>(
        system_, [this, of](const caf::actor_addr& who) { bulletins_->retire(of, who); });
  });
  presences_ = std::make_unique<directory<presence_actor>>([this](const std::string& of) {
    return launch_counted<presence_state>(system_, establishment_id{of});
  });
  campuses_ = std::make_unique<directory<campus_actor>>([this](const std::string& of) {
    return launch_counted<campus_state>(system_, establishment_id{of}, database_);
  });
  sessions_ = std::make_unique<directory<session_actor>>([this](const std::string& hash) {
    session_surroundings around;
    around.lifetime = options_.session_lifetime;
    around.life = options_.session_life;
    around.retire = [this](const std::string& gone, const caf::actor_addr& who) {
      sessions_->retire(gone, who);
    };
    around.presence = [this](const establishment_id& of) { return presence(of); };
    return launch_counted<session_state>(system_, hash, database_, std::move(around));
  });

  std::map<std::string, worker_actor> workers;
  if (!options_.smtp_url.empty()) {
    mail_options out{options_.smtp_url, options_.smtp_user, options_.smtp_password,
                     options_.mail_from};
    workers_.push_back(launch_detached<mailer_state>(system_, std::move(out)));
    workers.emplace("mail", workers_.back());
  }
  workers_.push_back(launch<session_ender_state>(
      system_, [this](const std::string& hash) { return live_session(hash); }));
  workers.emplace(end_sessions_job, workers_.back());
  if (!options_.files.folder.empty()) {
    workers_.push_back(launch_detached<file_remover_state>(system_, options_.files));
    workers.emplace(remove_file_job, workers_.back());
  }
  clock_ = launch<clock_state>(system_, database_, std::move(workers));
}

house::~house() {
  // In reverse: nobody is left to ask those that go later.
  const auto stop = [](const auto& who) {
    caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
  };
  caf::scoped_actor waiter{system_};
  const auto stop_all = [&](const auto& all) {
    for (const auto& each : all)
      stop(each);
    for (const auto& each : all)
      waiter->wait_for(each);
  };
  stop_all(std::vector{clock_});
  stop_all(workers_);
  stop_all(sessions_->all());
  stop_all(guests_);
  stop_all(huddles_->all());
  stop_all(bulletins_->all());
  stop_all(presences_->all());
  stop_all(campuses_->all());
  stop_all(topics_->all());
  stop_all(boards_->all());
  stop_all(groups_->all());
  stop_all(rooms_->all());
  stop_all(inboxes_->all());
  stop_all(hashers_);
  stop_all(std::vector{database_});
}

// -- owners -----------------------------------------------------------------------------

room_actor house::room(const room_id& id) {
  return rooms_->get(id.value);
}

group_actor house::group(const group_id& id) {
  return groups_->get(id.value);
}

board_actor house::board(const board_id& id) {
  return boards_->get(id.value);
}

topic_actor house::topic(const topic_id& id) {
  return topics_->get(id.value);
}

huddle_actor house::huddle(const std::string& establishment, const std::string& room) {
  return huddles_->get(establishment + '\n' + room);
}

session_actor house::session(const std::string& token_hash) {
  return sessions_->get(token_hash);
}

session_actor house::live_session(const std::string& token_hash) const {
  return sessions_->find(token_hash);
}

inbox_actor house::inbox(const user_id& id) {
  return inboxes_->get(id.value);
}

bulletin_actor house::bulletin(const establishment_id& id) {
  return bulletins_->get(id.value);
}

presence_actor house::presence(const establishment_id& id) {
  return presences_->get(id.value);
}

campus_actor house::campus(const establishment_id& id) {
  return campuses_->get(id.value);
}

std::size_t house::live_rooms() const {
  return rooms_->size();
}

std::size_t house::live_groups() const {
  return groups_->size();
}

std::size_t house::live_boards() const {
  return boards_->size();
}

std::size_t house::live_topics() const {
  return topics_->size();
}

std::size_t house::live_inboxes() const {
  return inboxes_->size();
}

std::size_t house::live_sessions() const {
  return sessions_->size();
}

// -- news -------------------------------------------------------------------------------

void house::notified(const user_id& id, const std::string& row) const {
  if (auto live = inboxes_->find(id.value))
    tell_anonymously(live, deliver_notification{row});
}

void house::events_changed(const establishment_id& id) const {
  if (auto live = campuses_->find(id.value))
    tell_anonymously(live, stoa::events_changed{});
}

void house::publish(const establishment_id& id, publish_notice what) const {
  if (auto live = bulletins_->find(id.value))
    tell_anonymously(live, std::move(what));
}

stream_actor house::stream(const std::string& name, const scope& who) {
  if (name.starts_with("room:"))
    return rooms_->get(name.substr(5));
  if (name.starts_with("group:"))
    return groups_->get(name.substr(6));
  if (name.starts_with("board:"))
    return boards_->get(name.substr(6));
  if (name.starts_with("topic:"))
    return topics_->get(name.substr(6));
  if (name == "notifications:me" && !who.user.empty())
    return inboxes_->get(who.user.value);
  if (name == "presence" && !who.user.empty())
    return presences_->get(who.establishment.value);
  return {};
}

}  // namespace stoa
