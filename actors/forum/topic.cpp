#include "actors/forum/topic.hpp"

#include "actors/forum/topic_rows.hpp"
#include "actors/groups/group_rows.hpp"
#include "actors/groups/room_rows.hpp"
#include "actors/groups/saving.hpp"
#include "actors/groups/stream_owner.hpp"
#include "persistence/audit.hpp"
#include "schema/array_literal.hpp"
#include "schema/json_writer.hpp"

#include <algorithm>

namespace stoa {

namespace {

constexpr auto views_saved_every = std::chrono::seconds{5};
constexpr std::size_t longest_post = 500'000;  // characters
constexpr const char* validate_topics = "validate_topics";
constexpr const char* validate_posts = "validate_posts";

template <class Row>
Row row_of(const rows& from) {
  auto read = read_row_of<Row>(from, 0);
  if (!read)
    throw fault_error(std::move(read.error()));
  return std::move(*read);
}

}  // namespace

topic_state::topic_state(protocol::pointer self, topic_id id, database_actor database,
                         topic_surroundings surroundings)
    : self_(self),
      id_(std::move(id)),
      database_(std::move(database)),
      around_(std::move(surroundings)) {}

topic_state::protocol::behavior_type topic_state::make_behavior() {
  last_use_ = self_->clock().now();
  load();
  keep_watch(self_, log_, last_use_, around_.limits.idle, [this] {
    save_views();
    around_.retire(id_.value, self_->address());
  });
  return {
      [this](scope& who, follow_stream& what) {
        return answer_with(self_, follow(std::move(who), std::move(what)));
      },
      [this](unfollow_stream& what) { log_->unfollow(what.who); },
      [](const scope&, signal_stream&) -> caf::result<void> {
        return to_error(fail(fault_code::invalid, "a topic takes no signals"));
      },
      [this](scope& who, read_history& what) {
        return answer_with(self_, read(std::move(who), what));
      },
      [this](scope& who, show_topic what) {
        return answer_with(self_, show(std::move(who), what));
      },
      [this](scope& who, write_post& what) {
        return answer_with(self_, write(std::move(who), std::move(what)));
      },
      [this](scope& who, edit_post& what) {
        return answer_with(self_, edit(std::move(who), std::move(what)));
      },
      [this](scope& who, remove_post& what) {
        return answer_with(self_, remove(std::move(who), std::move(what)));
      },
      [this](scope& who, like_post& what) {
        return answer_with(self_, like(std::move(who), std::move(what)));
      },
      [this](scope& who, judge_post& what) {
        return answer_with(self_, judge(std::move(who), std::move(what)));
      },
      [this](scope& who, change_topic& what) {
        return answer_with(self_, change(std::move(who), std::move(what)));
      },
      [this](scope& who, approve_topic) { return answer_with(self_, approve(std::move(who))); },
      [this](scope& who, remove_topic) { return answer_with(self_, remove_all(std::move(who))); },
  };
}

// -- loading and leaving --------------------------------------------------------------

void topic_state::load() {
  log_.emplace("topic:" + id_.value, "", wire_log(self_, database_), around_.limits);
  ask(self_, database_, topic_rows::load(id_, log_->restore_statement()))
      .await([this](results& found) { restore(found); },
             [this](caf::error& why) { self_->quit(std::move(why)); });
}

namespace {

shelf_rules read_shelf(const rows& from) {
  shelf_rules out;
  if (from.empty())
    return out;
  out.access_level = from.text(0, 0);
  if (!from_array_literal(from.text(0, 1), out.moderators))
    out.moderators.clear();
  out.is_active = from.flag(0, 2);
  out.approves_posts = from.flag(0, 3);
  return out;
}

}  // namespace

void topic_state::restore(const results& found) {
  if (found[0].empty())
    return;  // every question is answered `not_found`, and the idle watch ends it
  auto row = read_row_of<topic_row>(found[0], 0);
  if (!row) {
    self_->quit(to_error(row.error()));
    return;
  }
  row_ = std::move(*row);
  establishment_ = row_->establishment.value;
  shelf_ = read_shelf(found[1]);
  log_.emplace("topic:" + id_.value, establishment_, wire_log(self_, database_), around_.limits);
  log_->restore(found[2]);
}

task<void> topic_state::look_at_shelf() {
  auto found =
      co_await ask(self_, database_, in_establishment(establishment_, topic_rows::shelf(id_)));
  shelf_ = read_shelf(found[0]);
}

void topic_state::count_view() {
  if (unsaved_views_++ > 0 || saving_views_)
    return;
  after_delay(self_, views_saved_every, [this] { save_views(); });
}

void topic_state::save_views() {
  if (saving_views_ || unsaved_views_ == 0 || !row_)
    return;
  const auto count = std::exchange(unsaved_views_, 0);
  saving_views_ = true;
  ask(self_, database_, topic_rows::add_views(establishment_, id_, count))
      .then(
          [this, count](results&) {
            saving_views_ = false;
            if (row_)
              row_->view_count += count;
            if (unsaved_views_ > 0)
              after_delay(self_, views_saved_every, [this] { save_views(); });
          },
          [this, count](caf::error&) {
            saving_views_ = false;
            unsaved_views_ += count;  // with the next ones
            after_delay(self_, views_saved_every, [this] { save_views(); });
          });
}

// -- who may --------------------------------------------------------------------------

bool topic_state::moderates(const scope& who, std::string_view code) const {
  return who.at_least(role::manager) || who.may(code) ||
         (!who.user.empty() && std::find(shelf_.moderators.begin(), shelf_.moderators.end(),
                                         who.user.value) != shelf_.moderators.end());
}

void topic_state::check_reader(const scope& who) const {
  const auto missing = [] { return fault_error(fault_code::not_found, "Topic not found"); };
  if (!row_ || !sees(who, establishment_))
    throw missing();
  const auto& level = shelf_.access_level;
  const auto least = level == "admin"       ? role::admin
                     : level == "moderator" ? role::manager
                     : level == "employee"  ? role::learner
                                            : role::guest;
  if (!who.at_least(least) && !moderates(who, validate_topics))
    throw missing();
  if (!row_->is_approved && who.user != row_->author && !moderates(who, validate_topics))
    throw missing();
}

// -- posts ----------------------------------------------------------------------------

// Events name what they are about and leave its text to those who may read it: a post may wait for
// approval, and one that was taken back is gone from the stream as well.
wish topic_state::event_of(const scope& who, std::string kind, std::string key) const {
  wish out;
  out.kind = std::move(kind);
  out.author.id = who.user;
  out.author.first_name = who.name;
  out.client_key = std::move(key);
  return out;
}

task<post_row> topic_state::load_post(post_id id) {
  auto found = co_await ask(self_, database_,
                            in_establishment(establishment_, topic_rows::load_post(id_, id)));
  if (found[0].empty())
    throw fault_error(fault_code::not_found, "Post not found");
  co_return row_of<post_row>(found[0]);
}

task<post_row> topic_state::write(scope who, write_post what) {
  last_use_ = self_->clock().now();
  check_reader(who);
  if (!who.signed_in())
    throw fault_error(fault_code::unauthenticated, "not signed in");
  if (auto why = refuse_text(what.content, longest_post))
    throw fault_error(*why);
  co_await look_at_shelf();
  check_reader(who);
  if ((row_->is_locked || !shelf_.is_active) && !moderates(who, validate_posts))
    throw fault_error(fault_code::forbidden, "Topic is locked");
  if (what.first && who.user != row_->author)
    what.first = false;
  if (what.parent) {
    auto parent = co_await load_post(*what.parent);
    if (parent.is_deleted)
      throw fault_error(fault_code::not_found, "Post not found");
    check_reader(who);
  }
  const bool approved = !shelf_.approves_posts || moderates(who, validate_posts);
  post_id id{fresh<post_id>()};
  auto next = event_of(who, "post", what.key);
  next.subject = id.value;
  json_writer{next.data}
      .begin_object()
      .member("id", id.value)
      .member("approved", approved)
      .end_object();
  next.also.push_back(topic_rows::insert_post(*row_, id, who.user, who.name, what, approved));
  next.also.push_back(topic_rows::count_reply(id_, id));
  next.also.push_back(topic_rows::tell_followers(id));
  auto end = co_await caught(saving(*log_, std::move(next)));
  if (!end) {
    check_reader(who);  // it may have been removed while this waited
    throw fault_error(std::move(end.error()));
  }
  auto& saved = *end;
  if (saved.also.empty()) {  // a retry: the first try's post
    post_id first{saved.event->subject};
    co_return co_await load_post(std::move(first));
  }
  auto post = row_of<post_row>(saved.also[0]);
  tell_followers(saved.also[2]);
  if (row_ && saved.also[1].affected() > 0) {
    ++row_->reply_count;
    row_->last_reply_at = post.created_at;
    row_->last_reply_by = post.author;
    row_->last_reply_by_name = post.author_name;
  }
  co_return post;
}

void topic_state::tell_followers(const rows& told) const {
  for (std::size_t i = 0; i < told.size(); ++i)
    around_.notified(establishment_id{establishment_}, user_id{told.text(i, 0)}, told.text(i, 1));
}

task<post_row> topic_state::edit(scope who, edit_post what) {
  last_use_ = self_->clock().now();
  check_reader(who);
  if (auto why = refuse_text(what.content, longest_post))
    throw fault_error(*why);
  auto before = co_await load_post(what.post);
  if (before.is_deleted)
    throw fault_error(fault_code::not_found, "Post not found");
  if (before.author != who.user && !moderates(who, validate_posts))
    throw fault_error(fault_code::forbidden, "Access denied");
  auto next = event_of(who, "edit", what.key);
  next.subject = what.post.value;
  json_writer{next.data}.begin_object().member("id", what.post.value).end_object();
  next.also.push_back(topic_rows::keep_text(what.post));
  next.also.push_back(topic_rows::edit_post(what.post, who.user, what.content));
  auto saved = co_await saving(*log_, std::move(next));
  if (saved.also.empty())
    co_return co_await load_post(what.post);
  if (saved.also[1].empty())
    throw fault_error(fault_code::not_found, "Post not found");
  co_return row_of<post_row>(saved.also[1]);
}

task<post_row> topic_state::remove(scope who, remove_post what) {
  last_use_ = self_->clock().now();
  check_reader(who);
  auto before = co_await load_post(what.post);
  if (before.author != who.user && !moderates(who, validate_posts))
    throw fault_error(fault_code::forbidden, "Access denied");
  if (before.is_deleted)
    throw fault_error(fault_code::not_found, "Post not found");
  auto next = event_of(who, "delete", what.key);
  next.subject = what.post.value;
  json_writer{next.data}.begin_object().member("id", what.post.value).end_object();
  next.also.push_back(topic_rows::remove_post(what.post, who.user));
  next.also.push_back(topic_rows::forget_likes(what.post));
  next.also.push_back(topic_rows::recount_replies(id_));
  auto saved = co_await saving(*log_, std::move(next));
  if (saved.also.empty())
    co_return before;
  if (!saved.also[2].empty())
    row_ = row_of<topic_row>(saved.also[2]);
  if (saved.also[0].empty())
    throw fault_error(fault_code::not_found, "Post not found");
  co_return row_of<post_row>(saved.also[0]);
}

task<post_row> topic_state::judge(scope who, judge_post what) {
  last_use_ = self_->clock().now();
  check_reader(who);
  if (!moderates(who, validate_posts))
    throw fault_error(fault_code::forbidden, "not allowed");
  if (!what.approved) {
    remove_post refused{what.post, {}};
    co_return co_await remove(std::move(who), std::move(refused));
  }
  auto before = co_await load_post(what.post);
  if (before.is_approved)
    co_return before;
  auto next = event_of(who, "approve", {});
  next.subject = what.post.value;
  json_writer{next.data}.begin_object().member("id", what.post.value).end_object();
  next.also.push_back(topic_rows::approve_post(what.post));
  next.also.push_back(topic_rows::recount_replies(id_));
  next.also.push_back(topic_rows::tell_followers(what.post));
  auto saved = co_await saving(*log_, std::move(next));
  tell_followers(saved.also[2]);
  if (!saved.also[1].empty())
    row_ = row_of<topic_row>(saved.also[1]);
  if (saved.also[0].empty())
    co_return co_await load_post(what.post);
  co_return row_of<post_row>(saved.also[0]);
}

task<likes> topic_state::like(scope who, like_post what) {
  last_use_ = self_->clock().now();
  check_reader(who);
  if (!who.signed_in())
    throw fault_error(fault_code::unauthenticated, "not signed in");
  if (!is_reaction(what.reaction))
    throw fault_error(fault_code::invalid, "reactionType must be like, love, laugh, angry or sad");
  auto next = event_of(who, "like", what.key);
  next.subject = what.post.value;
  json_writer json{next.data};
  json.begin_object().member("id", what.post.value).member("reaction", what.reaction);
  if (what.on)
    json.member("on", *what.on);
  json.end_object();
  next.also.push_back(topic_rows::like(establishment_, who.user, what));
  auto saved = co_await saving(*log_, std::move(next));
  likes out;
  if (saved.also.empty()) {  // a retry: nothing happens again, and it learns what is
    auto now = in_establishment(establishment_, topic_rows::look_at_likes(what.post, who.user));
    auto found = co_await ask(self_, database_, std::move(now));
    if (found[0].empty())
      throw fault_error(fault_code::not_found, "Post not found");
    out.liked = found[0].flag(0, 0);
    out.count = static_cast<std::uint64_t>(found[0].integer(0, 1));
    co_return out;
  }
  if (saved.also[0].empty())
    throw fault_error(fault_code::not_found, "Post not found");
  out.liked = saved.also[0].flag(0, 0);
  out.count = static_cast<std::uint64_t>(saved.also[0].integer(0, 1));
  // The event says who did what; how many there are now is for those who look.
  stream_signal told{log_->name(), "likes", saved.event->author, {}, now()};
  json_writer{told.data}
      .begin_object()
      .member("id", what.post.value)
      .member("count", out.count)
      .end_object();
  log_->signal(told);
  co_return out;
}

// -- the topic ------------------------------------------------------------------------

task<topic_row> topic_state::show(scope who, show_topic what) {
  last_use_ = self_->clock().now();
  check_reader(who);
  if (what.counts)
    count_view();
  auto out = *row_;
  out.view_count += unsaved_views_;
  co_return out;
}

task<topic_row> topic_state::save_topic(scope who, std::string kind, statement update) {
  auto next = event_of(who, std::move(kind), {});
  next.subject = id_.value;
  json_writer{next.data}.begin_object().member("id", id_.value).end_object();
  next.also.push_back(std::move(update));
  auto saved = co_await saving(*log_, std::move(next));
  if (saved.also.empty() || saved.also[0].empty())
    throw fault_error(fault_code::not_found, "Topic not found");
  row_ = row_of<topic_row>(saved.also[0]);
  auto out = *row_;
  out.view_count += unsaved_views_;
  co_return out;
}

task<topic_row> topic_state::change(scope who, change_topic what) {
  last_use_ = self_->clock().now();
  check_reader(who);
  const bool staff = moderates(who, validate_topics);
  if (who.user != row_->author && !staff)
    throw fault_error(fault_code::forbidden, "Access denied");
  // Pinning, locking and announcing are for those who validate topics.
  if (!staff)
    what.change.which &= fields_of<&topic_row::title, &topic_row::description, &topic_row::content,
                                   &topic_row::tags>();
  auto update = topic_rows::change_topic(*row_, what.change);
  co_return co_await save_topic(std::move(who), "topic", std::move(update));
}

task<topic_row> topic_state::approve(scope who) {
  last_use_ = self_->clock().now();
  check_reader(who);
  if (!moderates(who, validate_topics))
    throw fault_error(fault_code::forbidden, "not allowed");
  auto update = topic_rows::approve_topic(id_);
  co_return co_await save_topic(std::move(who), "topic", std::move(update));
}

task<void> topic_state::remove_all(scope who) {
  last_use_ = self_->clock().now();
  check_reader(who);
  const bool mine = who.user == row_->author && row_->reply_count == 0;
  if (!mine && !moderates(who, validate_topics))
    throw fault_error(fault_code::forbidden, "Access denied");
  auto next = event_of(who, "gone", {});
  next.subject = id_.value;
  json_writer{next.data}.begin_object().member("id", id_.value).end_object();
  next.also.push_back(topic_rows::remove_topic(id_));
  next.also.push_back(acting(who.user, ""));
  co_await saving(*log_, std::move(next));
  row_.reset();
}

// -- following ------------------------------------------------------------------------

task<followed> topic_state::follow(scope who, follow_stream what) {
  last_use_ = self_->clock().now();
  check_reader(who);
  co_return co_await following(*log_, std::move(what));
}

task<history_page> topic_state::read(scope who, read_history what) {
  last_use_ = self_->clock().now();
  check_reader(who);
  co_return co_await reading(*log_, what);
}

}  // namespace stoa
