#pragma once

#include "net/endpoint.hpp"
#include "schema/forum.hpp"
#include "schema/json_writer.hpp"

#include <vector>

namespace stoa::intrasphere {

/// Whether the caller reads a topic `t` on the shelf `k`: $2 is who asks, $3 his rank and $4
/// whether he judges topics.
inline constexpr const char* readable_topic =
    "stoa_reads_topic(k.access_level, k.moderator_ids, t.is_approved, t.author_id, $2, $3::int,"
    " $4::boolean)";

/// A topic as this edition's clients read it.
void write_topic(const call& c, const topic_row& row, json_writer& out);

/// A post as they read it: its attachments are the JSON text of a list, or null.
void write_post_row(const post_row& row, json_writer& out);

/// Who is told of replies in a topic.
[[nodiscard]] std::vector<endpoint> forum_follower_routes();
/// Posts and their likes.
[[nodiscard]] std::vector<endpoint> forum_post_routes();

}  // namespace stoa::intrasphere
