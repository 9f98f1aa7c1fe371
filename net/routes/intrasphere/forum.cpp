#include "net/routes/intrasphere/forum.hpp"

#include "actors/forum/topic_rows.hpp"
#include "net/preconditions.hpp"
#include "net/routes/intrasphere/heard.hpp"
#include "net/routes/intrasphere/invalid.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "net/rows.hpp"
#include "schema/array_literal.hpp"
#include "schema/json_writer.hpp"

#include <algorithm>

namespace stoa::intrasphere {

namespace {

constexpr std::uint64_t most_topics = 1000;

topic_actor owner_of_topic(const call_ptr& c, const topic_id& id) {
  return c->home.topic(id);
}

// What the owner says in the domain's words, as IntraSphere's clients know it.
void tell_forum(const call& c, std::string_view action, const topic_id& topic,
                const forum_category_id& category, const std::optional<post_id>& post = {}) {
  std::string data;
  json_writer json{data};
  json.begin_object().member("action", action).member("topicId", topic.value);
  if (post)
    json.member("postId", post->value);
  json.member("categoryId", category.value).end_object();
  publish(c, "forum", std::move(data));
}

// -- shelves ------------------------------------------------------------------------------

void add_category_aliases(const call&, const forum_category_row& row, json_writer& out) {
  out.member("isVisible", row.is_active).member("order", row.sort_order);
}

// A shelf goes with its topics; each of them has an owner that lets it go.
task<void> clear_shelf(call_ptr c, std::shared_ptr<const forum_category_row> row) {
  auto found =
      co_await c->run(prepared("select id from forum_topics where category_id = $1", row->id));
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    auto owner = c->home.topic(topic_id{found[0].text(i, 0)});
    remove_topic wish;
    co_await c->asked(owner, wish);
  }
}

std::vector<sql::equal> active_only(const call&) {
  std::vector<sql::equal> out;
  out.push_back({"is_active", "true"});
  return out;
}

json hear_shelf(const call&, json_value body) {
  const auto said = respelled(body, {{"isVisible", "isActive"}, {"order", "sortOrder"}});
  return with_plain_list(said.root(), "moderatorIds");
}

const row_texts& shelf_texts() {
  static const row_texts says = [] {
    auto out = intrasphere_dialect.says;
    out.missing = "Category not found";
    return out;
  }();
  return says;
}

const resource& shelves() {
  static const auto one = [] {
    deviations<forum_category_row> how;
    how.heard = hear_shelf;
    how.members = add_category_aliases;
    how.removing = clear_shelf;
    how.only = active_only;
    resource_options more;
    more.limits = sorted_by("sortOrder");
    more.says = &shelf_texts();
    return resource::of<forum_category_row>("/api/forum/categories", "forum category",
                                            intrasphere_dialect, how, more);
  }();
  return one;
}

// -- topics -------------------------------------------------------------------------------

reply topic_reply(const call& c, int status, const topic_row& row) {
  std::string out;
  json_writer json{out};
  write_topic(c, row, json);
  return json_reply(status, std::move(out));
}

// Pinned first, then by the last word; what the caller's rank, the shelf's moderators and approval
// let see.
task<reply> topics_of(call_ptr c, std::string category) {
  static const sql_text text{
      "select " + columns_of(topic_entity, "t") +
      " from forum_topics t join forum_categories k on k.id = t.category_id"
      " where t.establishment_id = $1 and ($5 = '' or t.category_id = $5) and " +
      std::string{readable_topic} +
      " order by t.is_pinned desc, coalesce(t.last_reply_at, t.created_at) desc, t.id"
      " limit $6::bigint"};
  const auto& who = c->who;
  const bool staff = who.at_least(role::manager) || who.may("validate_topics");
  auto found = co_await c->run(prepared(text, who.establishment, who.user,
                                        static_cast<int>(who.rank), staff, category, most_topics));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    write_topic(*c, row_at<topic_row>(found[0], i), json);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

task<reply> list_topics(call_ptr c) {
  auto category = parameter(*c, "categoryId");
  co_return co_await topics_of(c, std::move(category));
}

task<reply> list_shelf(call_ptr c) {
  auto category = c->path("id");
  co_return co_await topics_of(c, std::move(category));
}

task<reply> show_one_topic(call_ptr c) {
  auto owner = owner_of_topic(c, topic_id{c->path("id")});
  show_topic wish{!c->looks};
  auto row = co_await c->asked(owner, wish);
  auto answer = topic_reply(*c, 200, row);
  // Its tag is that of the topic without what reading it counts.
  row.view_count = 0;
  answer.headers.add("ETag", tag_of(topic_reply(*c, 200, row)));
  co_return answer;
}

// A topic's body in our words: the tags as a list, pinned by either name.
json hear_topic(json_value body) {
  const auto said = respelled(body, {{"isSticky", "isPinned"}});
  return with_plain_list(said.root(), "tags");
}

task<reply> begin_topic(call_ptr c) {
  auto said = hear_topic(c->body());
  auto draft =
      heeded(read_create<topic_row>(said.root(), intrasphere_dialect), "Invalid topic data");
  auto found = co_await c->run(topic_rows::shelf_of(draft.category));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Category not found");
  const auto& shelf = found[0];
  std::vector<std::string> moderators;
  if (!from_array_literal(shelf.text(0, 1), moderators))
    moderators.clear();
  const bool staff =
      c->who.at_least(role::manager) || c->who.may("validate_topics") ||
      std::find(moderators.begin(), moderators.end(), c->who.user.value) != moderators.end();
  const auto level = shelf.text(0, 0);
  if ((level == "moderator" && !staff) || (level == "admin" && !c->who.at_least(role::admin)))
    throw refuse(fault_code::not_found, "Category not found");
  if (!shelf.flag(0, 2) && !staff)
    throw refuse(fault_code::forbidden, "Category is closed");
  draft.id = fresh<topic_id>();
  draft.establishment = c->who.establishment;
  draft.author = c->who.user;
  draft.author_name = c->who.name;
  draft.is_approved = staff || !shelf.flag(0, 4);
  if (!staff)
    draft.is_pinned = draft.is_locked = draft.is_announcement = false;
  auto saved = co_await c->run(topic_rows::found_topic(draft));
  auto row = row_at<topic_row>(saved[0], 0);
  if (row.is_approved)
    tell_forum(*c, "topic_created", row.id, row.category);
  co_return topic_reply(*c, 201, row);
}

task<reply> change_one_topic(call_ptr c) {
  auto said = hear_topic(c->body());
  change_topic wish;
  wish.change =
      heeded(read_change<topic_row>(said.root(), intrasphere_dialect), "Invalid topic data");
  auto owner = owner_of_topic(c, topic_id{c->path("id")});
  auto row = co_await c->asked(owner, std::move(wish));
  tell_forum(*c, "topic_updated", row.id, row.category);
  co_return topic_reply(*c, 200, row);
}

task<reply> approve_one_topic(call_ptr c) {
  auto owner = owner_of_topic(c, topic_id{c->path("id")});
  approve_topic wish;
  auto row = co_await c->asked(owner, wish);
  tell_forum(*c, "topic_created", row.id, row.category);
  co_return topic_reply(*c, 200, row);
}

task<reply> remove_one_topic(call_ptr c) {
  auto owner = owner_of_topic(c, topic_id{c->path("id")});
  show_topic look;
  auto row = co_await c->asked(owner, look);
  remove_topic wish;
  co_await c->asked(owner, wish);
  tell_forum(*c, "topic_deleted", row.id, row.category);
  co_return json_reply(200, R"({"success":true,"message":"Topic deleted successfully"})");
}

// -- people -------------------------------------------------------------------------------

// Marks of honour, from rank and deeds: they are counted, so they cannot be wrong.
std::string badges_of(const scope& who, std::int64_t posts, std::int64_t topics,
                      std::int64_t liked) {
  std::string out;
  json_writer json{out};
  json.begin_array();
  if (who.at_least(role::admin))
    json.value("admin");
  else if (who.at_least(role::manager))
    json.value("moderator");
  if (topics > 0)
    json.value("pioneer");
  if (liked >= 3)
    json.value("helper");
  if (posts > 0 && posts < 2)
    json.value("newbie");
  json.end_array();
  return out;
}

task<reply> my_stats(call_ptr c) {
  auto found = co_await c->run(
      prepared("select post_count, topic_count, like_count, reputation, joined_at, last_active_at"
               " from stoa_forum_person($1)",
               c->who.user));
  const auto& row = found[0];
  std::string out;
  json_writer json{out};
  json.begin_object().member("id", c->who.user.value).member("userId", c->who.user.value);
  json.member("postCount", row.integer(0, 0)).member("topicCount", row.integer(0, 1));
  json.member("likeCount", row.integer(0, 2)).member("reputationScore", row.integer(0, 3));
  json.member("reputation", row.integer(0, 3));
  json.member("badges", badges_of(c->who, row.integer(0, 0), row.integer(0, 1), row.integer(0, 2)));
  json.member("joinedAt", row.moment(0, 4)).member("lastActiveAt", row.moment(0, 5)).end_object();
  co_return json_reply(200, std::move(out));
}

}  // namespace

void write_topic(const call&, const topic_row& row, json_writer& out) {
  out.begin_object();
  write_members(row, out, intrasphere_dialect);
  out.member("isSticky", row.is_pinned).member("postCount", row.reply_count + 1);
  out.member("lastPostAt", row.last_reply_at).member("lastPostAuthor", row.last_reply_by_name);
  out.end_object();
}

std::span<const endpoint> forum_routes() {
  static const auto all =
      table({shelves().rows(),
             {
                 {verb::get, "/api/forum/categories/{id}/topics", anyone, list_shelf},
                 {verb::get, "/api/forum/topics", anyone, list_topics},
                 {verb::get, "/api/forum/topics/{id}", anyone, show_one_topic},
                 {verb::post, "/api/forum/topics", signed_in, begin_topic},
                 {verb::put, "/api/forum/topics/{id}", signed_in, change_one_topic},
                 {verb::patch, "/api/forum/topics/{id}", signed_in, change_one_topic},
                 {verb::remove, "/api/forum/topics/{id}", signed_in, remove_one_topic},
                 {verb::post, "/api/forum/topics/{id}/approve", signed_in, approve_one_topic},
                 {verb::get, "/api/forum/stats/me", signed_in, my_stats},
             },
             forum_post_routes(),
             forum_follower_routes()});
  return all;
}

}  // namespace stoa::intrasphere
