#include "net/routes/intrasphere/forum.hpp"
#include "net/routes/intrasphere/heard.hpp"
#include "net/routes/intrasphere/invalid.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "net/rows.hpp"
#include "schema/forum.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

constexpr std::uint64_t most_posts = 1000;

std::string key_of(const call_ptr& c) {
  return std::string{c->req.header("Idempotency-Key")}.substr(0, 200);
}

reply post_reply(int status, const post_row& row) {
  std::string out;
  json_writer json{out};
  write_post_row(row, json);
  return json_reply(status, std::move(out));
}

void tell_post(const call& c, std::string_view action, const post_row& row) {
  std::string data;
  json_writer{data}
      .begin_object()
      .member("action", action)
      .member("topicId", row.topic.value)
      .member("postId", row.id.value)
      .member("categoryId", row.category.value)
      .end_object();
  publish(c, "forum", std::move(data));
}

// -- lists --------------------------------------------------------------------------------

task<reply> posts_of(call_ptr c, std::string topic) {
  auto owner = c->home.topic(topic_id{topic});
  show_topic look;
  auto seen = co_await caught(c->asked(owner, look));
  if (!seen && seen.error().code == fault_code::not_found)
    co_return json_reply(200, "[]");
  if (!seen)
    throw fault_error(std::move(seen.error()));
  static const sql_text text{"select " + sql::columns(post_entity) +
                             " from forum_posts where topic_id = $1 and not is_deleted"
                             " and (is_approved or author_id = $2 or $3::boolean)"
                             " order by created_at, id limit $4::bigint"};
  const bool staff = c->who.at_least(role::manager) || c->who.may("validate_posts");
  auto found = co_await c->run(prepared(text, topic, c->who.user, staff, most_posts));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    write_post_row(row_at<post_row>(found[0], i), json);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

task<reply> posts_of_path(call_ptr c) {
  auto topic = c->path("id");
  co_return co_await posts_of(c, std::move(topic));
}

// Without a topic: the newest of all that everybody may read.
task<reply> list_posts(call_ptr c) {
  auto topic = parameter(*c, "topicId");
  if (!topic.empty())
    co_return co_await posts_of(c, std::move(topic));
  static const sql_text text{
      "select " + columns_of(post_entity, "p") +
      " from forum_posts p join forum_topics t on t.id = p.topic_id"
      " join forum_categories k on k.id = t.category_id"
      " where p.establishment_id = $1 and not p.is_deleted and p.is_approved and t.is_approved"
      " and (k.access_level = 'all' or k.access_level = 'employee' and $2::int >= 1"
      "  or k.access_level = 'moderator' and $2::int >= 3 or $2::int >= 4)"
      " order by p.created_at, p.id limit $3::bigint"};
  auto found = co_await c->run(
      prepared(text, c->who.establishment, static_cast<int>(c->who.rank), most_posts));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    write_post_row(row_at<post_row>(found[0], i), json);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

// What waits for somebody who validates posts.
task<reply> waiting_posts(call_ptr c) {
  if (!c->who.at_least(role::manager) && !c->who.may("validate_posts"))
    throw not_allowed();
  static const sql_text text{"select " + sql::columns(post_entity) +
                             " from forum_posts where establishment_id = $1 and not is_approved"
                             " and not is_deleted order by created_at, id limit $2::bigint"};
  auto found = co_await c->run(prepared(text, c->who.establishment, most_posts));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    write_post_row(row_at<post_row>(found[0], i), json);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

// -- one post -----------------------------------------------------------------------------

task<post_row> post_of_path(call_ptr c) {
  static const sql_text text{"select " + sql::columns(post_entity) +
                             " from forum_posts where id = $1 and not is_deleted"};
  auto found = co_await c->run(prepared(text, c->path("id")));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Post not found");
  co_return row_at<post_row>(found[0], 0);
}

task<reply> write_one(call_ptr c) {
  const auto said = with_plain_list(c->body(), "attachments");
  auto draft = heeded(read_create<post_row>(said.root(), intrasphere_dialect), "Invalid post data");
  auto owner = c->home.topic(draft.topic);
  write_post wish;
  wish.content = std::move(draft.content);
  wish.first = draft.is_first;
  wish.parent = std::move(draft.parent);
  wish.attachments = std::move(draft.attachments);
  wish.key = key_of(c);
  auto row = co_await c->asked(owner, std::move(wish));
  if (row.is_approved)
    tell_post(*c, "post_created", row);
  co_return post_reply(201, row);
}

task<reply> edit_one(call_ptr c) {
  auto before = co_await post_of_path(c);
  auto said = heeded(read_change<post_row>(c->body(), intrasphere_dialect), "Invalid post data");
  if (said.values.content.empty())
    throw invalid("Invalid post data", {{"content", "content is required"}});
  auto owner = c->home.topic(before.topic);
  edit_post wish{before.id, std::move(said.values.content), key_of(c)};
  auto row = co_await c->asked(owner, std::move(wish));
  tell_post(*c, "post_updated", row);
  co_return post_reply(200, row);
}

task<reply> remove_one_post(call_ptr c) {
  auto before = co_await post_of_path(c);
  auto owner = c->home.topic(before.topic);
  remove_post wish{before.id, key_of(c)};
  auto row = co_await c->asked(owner, std::move(wish));
  tell_post(*c, "post_deleted", row);
  co_return json_reply(200, R"({"success":true})");
}

task<reply> like_one(call_ptr c) {
  auto before = co_await post_of_path(c);
  auto owner = c->home.topic(before.topic);
  like_post wish;
  wish.post = before.id;
  if (auto word = said(c->body(), "reactionType"); !word.empty())
    wish.reaction = std::move(word);
  wish.key = key_of(c);
  auto now = co_await c->asked(owner, std::move(wish));
  tell_post(*c, now.liked ? "post_liked" : "post_unliked", before);
  co_return json_reply(200, now.liked ? R"({"liked":true,"message":"Post liked"})"
                                      : R"({"liked":false,"message":"Like removed"})");
}

task<reply> judge_one(call_ptr c, bool approved) {
  auto before = co_await post_of_path(c);
  auto owner = c->home.topic(before.topic);
  judge_post wish{before.id, approved};
  auto row = co_await c->asked(owner, std::move(wish));
  tell_post(*c, approved ? "post_created" : "post_deleted", row);
  co_return post_reply(200, row);
}

task<reply> approve_one_post(call_ptr c) {
  co_return co_await judge_one(c, true);
}
task<reply> reject_one(call_ptr c) {
  co_return co_await judge_one(c, false);
}

// What a post said before each edit, oldest first: its author, and who validates posts.
task<reply> history(call_ptr c) {
  auto post = co_await post_of_path(c);
  if (post.author != c->who.user && !c->who.at_least(role::manager) &&
      !c->who.may("validate_posts"))
    throw refuse(fault_code::forbidden, "Access denied");
  auto found = co_await c->run(
      prepared("select content, written_by, written_at from forum_post_edits where post_id = $1"
               " order by id limit 500",
               post.id));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    json.begin_object().member("content", found[0].text(i, 0));
    json.member("writtenBy", found[0].text(i, 1)).member("writtenAt", found[0].moment(i, 2));
    json.end_object();
  }
  json.end_array();
  co_return json_reply(200, std::move(out));
}

}  // namespace

void write_post_row(const post_row& row, json_writer& out) {
  out.begin_object();
  for (const auto& f : post_entity.fields) {
    if (f.is(trait::hidden))
      continue;
    out.key(f.wire.view());
    if (f.wire.view() != "attachments") {
      f.write(f, intrasphere_dialect, &row, out);
    } else if (row.attachments.empty()) {
      out.null();
    } else {
      std::string list;
      json_writer json{list};
      json.begin_array();
      for (const auto& each : row.attachments)
        json.value(each);
      json.end_array();
      out.value(list);
    }
  }
  out.end_object();
}

std::vector<endpoint> forum_post_routes() {
  constexpr rate likes{120, std::chrono::seconds{60}};
  return {
      {verb::get, "/api/forum/posts", anyone, list_posts},
      {verb::get, "/api/forum/posts/waiting", signed_in, waiting_posts},
      {verb::get, "/api/forum/posts/{id}", anyone, posts_of_path},
      {verb::get, "/api/forum/topics/{id}/posts", anyone, posts_of_path},
      {verb::post, "/api/forum/posts", signed_in, write_one},
      {verb::put, "/api/forum/posts/{id}", signed_in, edit_one},
      {verb::patch, "/api/forum/posts/{id}", signed_in, edit_one},
      {verb::remove, "/api/forum/posts/{id}", signed_in, remove_one_post},
      {verb::post, "/api/forum/posts/{id}/like", signed_in, like_one, likes},
      {verb::post, "/api/forum/posts/{id}/approve", signed_in, approve_one_post},
      {verb::post, "/api/forum/posts/{id}/reject", signed_in, reject_one},
      {verb::get, "/api/forum/posts/{id}/history", signed_in, history},
  };
}

}  // namespace stoa::intrasphere
