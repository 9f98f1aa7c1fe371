#pragma once

#include "actors/groups/protocol.hpp"
#include "schema/forum.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stoa {

/// Asks for the topic; a reader who opens its page is counted as a view.
struct show_topic {
  bool counts = false;
};

/// A new post. The first one is the topic's own text and no reply.
struct write_post {
  std::string content;
  bool first = false;
  std::optional<post_id> parent;
  std::vector<std::string> attachments;
  std::string key;  ///< the client's own name for it, empty for none
};

/// A new text for a post: its author, or who validates posts. The old one is kept.
struct edit_post {
  post_id post;
  std::string content;
  std::string key;
};

/// Takes a post back, and the likes with it: its author, or who validates posts.
struct remove_post {
  post_id post;
  std::string key;
};

/// Likes a post or takes that back; without `on`, the other of what is.
struct like_post {
  post_id post;
  std::string reaction = "like";
  std::optional<bool> on;
  std::string key;
};

/// Lets a post that waits for approval be read, or refuses it.
struct judge_post {
  post_id post;
  bool approved = true;
};

/// Changes what is set in `which`: the author its texts, who validates topics everything.
struct change_topic {
  change_of<topic_row> change;
};

/// Lets a topic that waits for approval be read.
struct approve_topic {};

/// Removes the topic and everything in it: who validates topics, or its author while nobody has
/// replied.
struct remove_topic {};

/// What a post's likes are now.
struct likes {
  bool liked = false;  ///< by the caller
  std::uint64_t count = 0;
};

template <class Inspector>
bool inspect(Inspector& f, show_topic& x) {
  return f.object(x).fields(f.field("counts", x.counts));
}
template <class Inspector>
bool inspect(Inspector& f, write_post& x) {
  at_most attachments{x.attachments, 20};
  return f.object(x).fields(f.field("content", x.content), f.field("first", x.first),
                            f.field("parent", x.parent), f.field("attachments", attachments),
                            f.field("key", x.key));
}
template <class Inspector>
bool inspect(Inspector& f, edit_post& x) {
  return f.object(x).fields(f.field("post", x.post), f.field("content", x.content),
                            f.field("key", x.key));
}
template <class Inspector>
bool inspect(Inspector& f, remove_post& x) {
  return f.object(x).fields(f.field("post", x.post), f.field("key", x.key));
}
template <class Inspector>
bool inspect(Inspector& f, like_post& x) {
  return f.object(x).fields(f.field("post", x.post), f.field("reaction", x.reaction),
                            f.field("on", x.on), f.field("key", x.key));
}
template <class Inspector>
bool inspect(Inspector& f, judge_post& x) {
  return f.object(x).fields(f.field("post", x.post), f.field("approved", x.approved));
}
template <class Inspector>
bool inspect(Inspector& f, approve_topic& x) {
  return f.object(x).fields();
}
template <class Inspector>
bool inspect(Inspector& f, remove_topic& x) {
  return f.object(x).fields();
}
template <class Inspector>
bool inspect(Inspector& f, likes& x) {
  return f.object(x).fields(f.field("liked", x.liked), f.field("count", x.count));
}

}  // namespace stoa

// Whole rows are answers to sessions of this node; they never leave it.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::change_topic)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::topic_row)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::post_row)

CAF_BEGIN_TYPE_ID_BLOCK(stoa_forum, stoa::wire::forum_first)
CAF_ADD_TYPE_ID(stoa_forum, (stoa::show_topic))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::write_post))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::edit_post))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::remove_post))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::like_post))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::judge_post))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::change_topic))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::approve_topic))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::remove_topic))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::likes))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::topic_row))
CAF_ADD_TYPE_ID(stoa_forum, (stoa::post_row))
CAF_END_TYPE_ID_BLOCK(stoa_forum)

namespace stoa {

/// A topic of the forum with its posts.
using topic_actor = stream_actor::extend<
    caf::result<topic_row>(scope, show_topic), caf::result<post_row>(scope, write_post),
    caf::result<post_row>(scope, edit_post), caf::result<post_row>(scope, remove_post),
    caf::result<likes>(scope, like_post), caf::result<post_row>(scope, judge_post),
    caf::result<topic_row>(scope, change_topic), caf::result<topic_row>(scope, approve_topic),
    caf::result<void>(scope, remove_topic)>;

}  // namespace stoa
