#pragma once

#include "actors/core/caf.hpp"
#include "actors/forum/protocol.hpp"
#include "actors/groups/stream_log.hpp"

#include <functional>
#include <optional>
#include <string>

namespace stoa {

/// What a topic needs besides its database.
struct topic_surroundings {
  /// Takes the topic off the directory before it leaves.
  std::function<void(const std::string& id, const caf::actor_addr&)> retire;
  /// Takes a notification that was just committed (`to_jsonb` of its row) to its user.
  std::function<void(const establishment_id&, const user_id&, const std::string& row)> notified;
  stream_limits limits;
};

/// How a topic's shelf is kept, and whether posts wait for approval.
struct shelf_rules {
  std::string access_level = "all";
  std::vector<std::string> moderators;
  bool is_active = true;
  bool approves_posts = false;
};

/// Owns one topic of the forum: its row, its posts, their likes and counters. Everything durable
/// goes through its `stream_log`; forum_topics, forum_posts and forum_likes of this topic are
/// written here and nowhere else. Views are counted in memory and saved every few seconds: a killed
/// server loses those, and only those.
class topic_state {
public:
  using protocol = topic_actor;
  static inline const char* name = "forum.topic";

  topic_state(protocol::pointer self, topic_id id, database_actor database,
              topic_surroundings surroundings);
  protocol::behavior_type make_behavior();

private:
  // -- loading and leaving
  void load();
  void restore(const results& found);
  void count_view();
  void save_views();

  // -- posts
  task<post_row> write(scope who, write_post what);
  task<post_row> edit(scope who, edit_post what);
  task<post_row> remove(scope who, remove_post what);
  task<post_row> judge(scope who, judge_post what);
  task<likes> like(scope who, like_post what);
  /// Takes to the topic's followers what `topic_rows::tell_followers` has saved.
  void tell_followers(const rows& told) const;
  task<post_row> load_post(post_id id);

  // -- the topic
  task<topic_row> show(scope who, show_topic what);
  task<topic_row> change(scope who, change_topic what);
  task<topic_row> approve(scope who);
  task<void> remove_all(scope who);
  /// Saves statements that give back the topic's row, as one event.
  task<topic_row> save_topic(scope who, std::string kind, statement update);

  // -- following
  task<followed> follow(scope who, follow_stream what);
  task<history_page> read(scope who, read_history what);

  task<void> look_at_shelf();
  [[nodiscard]] wish event_of(const scope& who, std::string kind, std::string key) const;
  [[nodiscard]] bool moderates(const scope& who, std::string_view code) const;
  /// Throws unless the caller may read the topic: also when it went while something was awaited.
  void check_reader(const scope& who) const;

  protocol::pointer self_;
  topic_id id_;
  database_actor database_;
  topic_surroundings around_;
  std::string establishment_;
  std::optional<topic_row> row_;  // none: it is not there, or no more; look again after each await
  shelf_rules shelf_;
  std::int64_t unsaved_views_ = 0;
  bool saving_views_ = false;
  std::optional<stream_log> log_;
  std::chrono::steady_clock::time_point last_use_;
};

}  // namespace stoa
