#pragma once

#include "actors/checkins/protocol.hpp"
#include "actors/forum/protocol.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/groups/stream_log.hpp"
#include "actors/intranet/protocol.hpp"
#include "actors/jobs/protocol.hpp"
#include "actors/media/file_places.hpp"
#include "actors/people/bearer.hpp"
#include "actors/people/callers.hpp"
#include "actors/people/hasher.hpp"
#include "actors/people/places.hpp"
#include "actors/people/protocol.hpp"
#include "actors/people/throttle.hpp"
#include "persistence/database.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace stoa {

template <class Handle>
class directory;

/// What the actors of a node can be told about their sizes.
struct house_options {
  database_options database;
  hash_cost passwords;
  std::size_t hashers = 1;  ///< detached threads that hash
  std::size_t guest_desks = 4;
  std::size_t hash_queue = 64;  ///< passwords waiting to be hashed
  std::chrono::seconds session_lifetime{86'400};
  std::chrono::seconds session_life{604'800};
  std::size_t callers = 65'536;  ///< addresses of guests whose requests are counted
  stream_limits streams;
  throttle_limits sign_ins;
  /// Of editions that count every sign-in and registration of an address, failed or not.
  throttle_limits arrivals{.per_pair = 10, .per_address = 10, .window = std::chrono::seconds{60}};
  std::string token_key;           ///< signs bearer tokens; empty: there are none
  std::string previous_token_key;  ///< still believed
  std::chrono::seconds token_life{7 * 86'400};
  std::size_t sockets_per_user = 10;  ///< of the editions that bound them
  std::string smtp_url;               ///< `smtp://host:587`; empty: mails wait in the table
  std::string smtp_user;
  std::string smtp_password;
  std::string mail_from = "stoa@localhost";
  file_places files;  ///< empty folder: nothing is removed
};

/// Everything that lives on this node: started in order, drained in reverse. What serves clients
/// gets a reference to it and finds its owners here. Every route's file includes this one, so that
/// directories, one template for each kind of owner, stay behind it.
class house {
public:
  /// `where` is the loop that the pool lives on, beside the sockets of clients.
  house(caf::actor_system& system, database_place where, const house_options& options);
  ~house();
  house(const house&) = delete;
  house& operator=(const house&) = delete;

  [[nodiscard]] const database_actor& database() const noexcept { return database_; }
  [[nodiscard]] hash_lane& passwords() noexcept { return *passwords_; }
  [[nodiscard]] std::chrono::seconds session_lifetime() const noexcept {
    return options_.session_lifetime;
  }

  /// The owner of a room, started if need be.
  [[nodiscard]] room_actor room(const room_id& id);
  [[nodiscard]] group_actor group(const group_id& id);
  [[nodiscard]] board_actor board(const board_id& id);
  [[nodiscard]] topic_actor topic(const topic_id& id);
  /// A room of passing things, by establishment and name; gone with its last participant.
  [[nodiscard]] huddle_actor huddle(const std::string& establishment, const std::string& room);
  /// Counts failed sign-ins of this node.
  [[nodiscard]] throttle& sign_ins() noexcept { return sign_ins_; }
  /// Counts sign-ins and registrations by address, whatever comes of them.
  [[nodiscard]] throttle& arrivals() noexcept { return arrivals_; }
  /// Makes and reads bearer tokens.
  [[nodiscard]] const bearer_keys& tokens() const noexcept { return tokens_; }
  /// How long a bearer token holds.
  [[nodiscard]] std::chrono::seconds token_life() const noexcept { return options_.token_life; }
  /// Counts the requests of those who are not signed in, by where they call from.
  [[nodiscard]] caller_book& callers() noexcept { return callers_; }
  /// Counts open sockets by user, for editions that bound them.
  [[nodiscard]] places& sockets() noexcept { return sockets_; }
  /// The session behind a token's hash.
  [[nodiscard]] session_actor session(const std::string& token_hash);
  /// The session if it is live on this node.
  [[nodiscard]] session_actor live_session(const std::string& token_hash) const;
  /// The inbox of a user, started if need be.
  [[nodiscard]] inbox_actor inbox(const user_id& id);
  /// Hands a committed notification (`to_jsonb` of its row) to its user's inbox, if that is live.
  void notified(const user_id& id, const std::string& row) const;
  /// The bulletin of an establishment, started if need be; gone with its last socket.
  [[nodiscard]] bulletin_actor bulletin(const establishment_id& id);
  /// Hands a notice about something committed to the open pages of an establishment, if any.
  void publish(const establishment_id& id, publish_notice what) const;
  [[nodiscard]] presence_actor presence(const establishment_id& id);
  /// The owner of a campus' check-ins, started if need be.
  [[nodiscard]] campus_actor campus(const establishment_id& id);
  /// Events of an establishment were committed: followers of its campus are told.
  void events_changed(const establishment_id& id) const;
  /// A desk for somebody who is not signed in.
  [[nodiscard]] const session_actor& guest() noexcept {
    return guests_[next_guest_.fetch_add(1, std::memory_order_relaxed) % guests_.size()];
  }
  /// The owner of `room:<id>`, `group:<id>`, `topic:<id>` …, `notifications:me` and `presence` of
  /// the caller; a null handle for a name of no known kind.
  [[nodiscard]] stream_actor stream(const std::string& name, const scope& who);

  [[nodiscard]] std::size_t live_rooms() const;
  [[nodiscard]] std::size_t live_groups() const;
  [[nodiscard]] std::size_t live_boards() const;
  [[nodiscard]] std::size_t live_topics() const;
  [[nodiscard]] std::size_t live_inboxes() const;
  [[nodiscard]] std::size_t live_sessions() const;

private:
  caf::actor_system& system_;
  house_options options_;
  database_actor database_;
  std::unique_ptr<hash_lane> passwords_;
  std::vector<hasher_actor> hashers_;
  std::vector<session_actor> guests_;
  std::vector<worker_actor> workers_;
  clock_actor clock_;
  std::unique_ptr<directory<room_actor>> rooms_;
  std::unique_ptr<directory<group_actor>> groups_;
  std::unique_ptr<directory<board_actor>> boards_;
  std::unique_ptr<directory<topic_actor>> topics_;
  std::unique_ptr<directory<huddle_actor>> huddles_;
  std::unique_ptr<directory<inbox_actor>> inboxes_;
  std::unique_ptr<directory<bulletin_actor>> bulletins_;
  std::unique_ptr<directory<presence_actor>> presences_;
  std::unique_ptr<directory<campus_actor>> campuses_;
  std::unique_ptr<directory<session_actor>> sessions_;
  throttle sign_ins_;
  throttle arrivals_;
  bearer_keys tokens_;
  caller_book callers_;
  places sockets_;
  std::atomic<std::size_t> next_guest_{0};
};

/// Announces every message type to CAF. Call it once, before the first actor system.
void announce_types();

}  // namespace stoa
