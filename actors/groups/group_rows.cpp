#include "actors/groups/group_rows.hpp"

#include "schema/json.hpp"
#include "schema/sql.hpp"

namespace stoa {

transaction load_study_group(const group_id& id, statement events) {
  static const sql_text text{"select " + sql::columns(group_entity) +
                             " from study_groups where id = $1"};
  return in_establishment(platform_scope, prepared(text, id), std::move(events));
}

statement select_board(const board_id& id) {
  static const sql_text text{"select " + sql::columns(board_entity) +
                             " from whiteboards where id = $1"};
  return prepared(text, id);
}

transaction load_board(const board_id& id, const std::string& stream) {
  return in_establishment(
      platform_scope, select_board(id),
      prepared("select e.kind, e.data, e.seq from stream_events e join whiteboards b on b.id = $2"
               " where e.stream = $1 and e.seq > b.snapshot_seq order by e.seq",
               stream, id));
}

statement archive_statement(const group_id& id) {
  static const sql_text text{
      "update study_groups set status = 'archived', updated_at = now()"
      " where id = $1 returning " +
      sql::columns(group_entity)};
  return prepared(text, id);
}

statement insert_board(const board_id& id, const group_row& group, const user_id& by,
                       const std::string& title, const std::string& data) {
  static const sql_text text{
      "insert into whiteboards (id, establishment_id, study_group_id, created_by, title, data)"
      " values ($1, $2, $3, $4, $5, $6::jsonb) returning " +
      sql::columns(board_entity)};
  return prepared(text, id, group.establishment, group.id, by, title, data);
}

statement update_board(const board_id& id, const std::optional<std::string>& data,
                       const std::optional<std::string>& title,
                       const std::optional<bool>& is_active) {
  static const sql_text text{
      "update whiteboards set data = coalesce($2::jsonb, data), title = coalesce($3, title),"
      " is_active = coalesce($4::boolean, is_active), updated_at = now() where id = $1 returning " +
      sql::columns(board_entity)};
  return prepared(text, id, data, title, is_active);
}

statement write_snapshot(const board_id& id, const std::string& data, std::uint64_t seq) {
  return prepared(
      "update whiteboards set data = $2::jsonb, snapshot_seq = $3::bigint"
      " where id = $1 and snapshot_seq < $3::bigint",
      id, data, seq);
}

std::string board_announcement(const board_id& id, const std::string& title) {
  std::string out;
  json_writer{out}.begin_object().member("id", id.value).member("title", title).end_object();
  return out;
}

std::string change_announcement(const change_of<group_row>& what) {
  std::string out;
  json_writer json{out};
  json.begin_object();
  for (const auto& each : group_entity.fields)
    if (what.which.test(group_entity.index_of(each)) && !each.is(trait::hidden)) {
      json.key(each.wire.view());
      each.write(each, native_dialect, &what.values, json);
    }
  json.end_object();
  return out;
}

set_room_rules rules_of(const group_row& group) {
  set_room_rules out;
  out.is_public = group.is_public;
  const auto read = json::parse(group.settings.text);
  if (!read)
    return out;
  const auto& said = read->root();
  out.moderators_only = said["moderatorOnly"].as_bool().value_or(false);
  out.files = said["allowFileSharing"].as_bool().value_or(true);
  out.polls = said["allowPolls"].as_bool().value_or(true);
  out.whiteboards = said["allowWhiteboard"].as_bool().value_or(true);
  return out;
}

transaction found_group(const scope& who, const group_row& draft) {
  auto insert = sql::insert(who, draft);
  return in_establishment(
      draft.establishment.value,
      prepared("insert into rooms (id, establishment_id, kind, name, is_public, created_by)"
               " values ($1, $2, 'group', $3, $4, $5)",
               draft.id, draft.establishment, draft.name, draft.is_public, draft.created_by),
      statement{std::move(insert.sql), std::move(insert.params)},
      prepared("insert into room_members (room_id, user_id, id, establishment_id, role)"
               " values ($1, $2, $3, $4, 'admin')",
               draft.id, draft.created_by, fresh_uuid(), draft.establishment));
}

}  // namespace stoa
