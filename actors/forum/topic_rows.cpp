#include "actors/forum/topic_rows.hpp"

#include "actors/groups/stream_owner.hpp"
#include "schema/array_literal.hpp"
#include "schema/sql.hpp"

namespace stoa::topic_rows {

namespace {

// The rules of a shelf in the order in which `shelf_rules` reads them; $1 names the shelf.
constexpr const char* rules_of_shelf =
    "select c.access_level, c.moderator_ids, c.is_active,"
    " c.is_moderated or coalesce(s.require_post_approval, false),"
    " c.is_moderated or coalesce(s.require_topic_approval, false)"
    " from forum_categories c left join intranet_settings s"
    " on s.establishment_id = c.establishment_id where c.id = ";

const std::string& topic_columns() {
  static const auto text = sql::columns(topic_entity);
  return text;
}
const std::string& post_columns() {
  static const auto text = sql::columns(post_entity);
  return text;
}

}  // namespace

statement shelf(const topic_id& id) {
  static const sql_text text{std::string{rules_of_shelf} +
                             "(select t.category_id from forum_topics t where t.id = $1)"};
  return prepared(text, id);
}

statement shelf_of(const forum_category_id& id) {
  static const sql_text text{std::string{rules_of_shelf} + "$1"};
  return prepared(text, id);
}

transaction load(const topic_id& id, statement events) {
  static const sql_text text{"select " + topic_columns() + " from forum_topics where id = $1"};
  return in_establishment(platform_scope, prepared(text, id), shelf(id), std::move(events));
}

statement load_post(const topic_id& topic, const post_id& id) {
  static const sql_text text{"select " + post_columns() +
                             " from forum_posts where id = $1 and topic_id = $2"};
  return prepared(text, id, topic);
}

statement insert_post(const topic_row& topic, const post_id& id, const user_id& author,
                      const std::string& author_name, const write_post& what, bool approved) {
  static const sql_text text{
      "insert into forum_posts (id, establishment_id, topic_id, category_id, author_id,"
      " author_name, content, is_first_post, parent_post_id, attachments, is_approved)"
      " values ($1, $2, $3, $4, $5, $6, $7, $8::boolean and not exists (select from forum_posts"
      "  where topic_id = $3 and is_first_post and not is_deleted), $9, $10::text[], $11::boolean)"
      " returning " +
      post_columns()};
  return prepared(text, id, topic.establishment, topic.id, topic.category, author, author_name,
                  what.content, what.first, what.parent, to_array_literal(what.attachments),
                  approved);
}

statement count_reply(const topic_id& topic, const post_id& post) {
  static const sql_text text{
      "update forum_topics t set reply_count = t.reply_count + 1, last_reply_at = p.created_at,"
      " last_reply_by = p.author_id, last_reply_by_name = p.author_name from forum_posts p"
      " where t.id = $1 and p.id = $2 and p.is_approved and not p.is_first_post"};
  return prepared(text, topic, post);
}

statement tell_followers(const post_id& post) {
  return prepared("select recipient, told from stoa_tell_followers($1)", post);
}

statement keep_text(const post_id& post) {
  return prepared(
      "insert into forum_post_edits (post_id, establishment_id, content, written_by, written_at)"
      " select id, establishment_id, content, coalesce(edited_by, author_id),"
      " coalesce(edited_at, created_at) from forum_posts where id = $1 and not is_deleted",
      post);
}

statement edit_post(const post_id& post, const user_id& by, const std::string& content) {
  static const sql_text text{
      "update forum_posts set content = $3, is_edited = true, edited_at = now(), edited_by = $2,"
      " updated_at = now() where id = $1 and not is_deleted returning " +
      post_columns()};
  return prepared(text, post, by, content);
}

statement remove_post(const post_id& post, const user_id& by) {
  static const sql_text text{
      "update forum_posts set is_deleted = true, deleted_at = now(), deleted_by = $2,"
      " like_count = 0, updated_at = now() where id = $1 and not is_deleted returning " +
      post_columns()};
  return prepared(text, post, by);
}

statement forget_likes(const post_id& post) {
  return prepared("delete from forum_likes where post_id = $1", post);
}

statement recount_replies(const topic_id& topic) {
  static const sql_text text{
      "update forum_topics t set (reply_count, last_reply_at, last_reply_by, last_reply_by_name) ="
      " (select count(*), max(p.created_at), (array_agg(p.author_id order by p.created_at "
      "desc))[1],"
      " (array_agg(p.author_name order by p.created_at desc))[1] from forum_posts p"
      " where p.topic_id = t.id and not p.is_deleted and p.is_approved and not p.is_first_post)"
      " where t.id = $1 returning " +
      topic_columns()};
  return prepared(text, topic);
}

statement approve_post(const post_id& post) {
  static const sql_text text{
      "update forum_posts set is_approved = true, updated_at = now()"
      " where id = $1 and not is_approved and not is_deleted returning " +
      post_columns()};
  return prepared(text, post);
}

statement like(const std::string& establishment, const user_id& by, const like_post& what) {
  return prepared("select liked, likes from stoa_like($1, $2, $3, $4, $5::boolean)", what.post, by,
                  establishment, what.reaction, what.on);
}

statement look_at_likes(const post_id& post, const user_id& by) {
  return prepared(
      "select exists(select 1 from forum_likes l where l.post_id = p.id and l.user_id = $2),"
      " p.like_count from forum_posts p where p.id = $1 and not p.is_deleted",
      post, by);
}

statement approve_topic(const topic_id& topic) {
  static const sql_text text{
      "update forum_topics set is_approved = true, updated_at = now()"
      " where id = $1 returning " +
      topic_columns()};
  return prepared(text, topic);
}

statement change_topic(const topic_row& before, const change_of<topic_row>& what) {
  auto built = sql::change(server_scope(before.establishment.value), before.id.value, what);
  return statement{sql_text{std::move(built.sql)}, std::move(built.params)};
}

transaction add_views(const std::string& establishment, const topic_id& topic, std::int64_t count) {
  return in_establishment(
      establishment,
      prepared("update forum_topics set view_count = view_count + $2::bigint where id = $1", topic,
               count));
}

statement remove_topic(const topic_id& topic) {
  return prepared("delete from forum_topics where id = $1", topic);
}

statement found_topic(const topic_row& draft) {
  static const sql_text text{
      "insert into forum_topics (id, establishment_id, category_id, title, description, content,"
      " author_id, author_name, is_pinned, is_locked, is_announcement, is_approved, tags)"
      " values ($1, $2, $3, $4, $5, $6, $7, $8, $9::boolean, $10::boolean, $11::boolean,"
      " $12::boolean, $13::text[]) returning " +
      topic_columns()};
  return prepared(text, draft.id, draft.establishment, draft.category, draft.title,
                  draft.description, draft.content, draft.author, draft.author_name,
                  draft.is_pinned, draft.is_locked, draft.is_announcement, draft.is_approved,
                  to_array_literal(draft.tags));
}

}  // namespace stoa::topic_rows
