#pragma once

#include "actors/forum/protocol.hpp"
#include "persistence/protocol.hpp"

#include <string>

/// The statements of a topic's owner.
namespace stoa::topic_rows {

/// Its row, its shelf's rules, and the stream's newest events.
[[nodiscard]] transaction load(const topic_id& id, statement events);
/// The rules of its shelf: access level, moderators, active, whether posts wait for approval.
[[nodiscard]] statement shelf(const topic_id& id);
[[nodiscard]] statement load_post(const topic_id& topic, const post_id& id);

/// A post; gives back its row.
[[nodiscard]] statement insert_post(const topic_row& topic, const post_id& id,
                                    const user_id& author, const std::string& author_name,
                                    const write_post& what, bool approved);
/// Counts an approved post that is no first one; touches the topic's row if it was one.
[[nodiscard]] statement count_reply(const topic_id& topic, const post_id& post);
/// Notifies the topic's followers of a reply that they may read: who, and the notification's row.
[[nodiscard]] statement tell_followers(const post_id& post);
/// Keeps the text that a post has now, for its history.
[[nodiscard]] statement keep_text(const post_id& post);
/// Gives back the post's row; none when it is deleted.
[[nodiscard]] statement edit_post(const post_id& post, const user_id& by,
                                  const std::string& content);
[[nodiscard]] statement remove_post(const post_id& post, const user_id& by);
/// Forgets the likes of a removed post.
[[nodiscard]] statement forget_likes(const post_id& post);
/// Counts the replies anew; gives back the topic's row.
[[nodiscard]] statement recount_replies(const topic_id& topic);
[[nodiscard]] statement approve_post(const post_id& post);
/// Gives back `liked` and the count; no row when the post is gone.
[[nodiscard]] statement like(const std::string& establishment, const user_id& by,
                             const like_post& what);
/// The same without changing anything.
[[nodiscard]] statement look_at_likes(const post_id& post, const user_id& by);

/// Gives back the topic's row.
[[nodiscard]] statement approve_topic(const topic_id& topic);
/// Gives back the topic's row.
[[nodiscard]] statement change_topic(const topic_row& before, const change_of<topic_row>& what);
[[nodiscard]] transaction add_views(const std::string& establishment, const topic_id& topic,
                                    std::int64_t count);
[[nodiscard]] statement remove_topic(const topic_id& topic);

/// A new topic, saved before its owner is first asked; gives back its row. No row when the shelf is
/// not there.
[[nodiscard]] statement found_topic(const topic_row& draft);
/// The shelf of a topic that is to be founded: access level, moderators, active, approval of
/// topics.
[[nodiscard]] statement shelf_of(const forum_category_id& id);

}  // namespace stoa::topic_rows
