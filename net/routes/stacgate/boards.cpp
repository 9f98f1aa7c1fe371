#include "net/routes/stacgate/group_shapes.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "schema/json_writer.hpp"

namespace stoa::stacgate {

namespace {

constexpr std::size_t largest_board = 2 * 1024 * 1024;  // bytes

reply one_board(int status, const board_row& what) {
  std::string out;
  json_writer json{out};
  write_json(what, json, stacgate_dialect);
  return json_reply(status, std::move(out));
}

task<reply> list(call_ptr c) {
  static const sql_text text{"select " + sql::columns(board_entity) +
                             " from whiteboards where study_group_id = $1 and is_active"
                             " order by updated_at desc limit 1000"};
  const auto group = c->path("id");
  auto found = co_await c->run(in_establishment(
      c->who.establishment.value, standing_in(group, c->who.user), prepared(text, group)));
  need_membership(found[0], c->who);
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[1].size(); ++i)
    write_json(row_at<board_row>(found[1], i), json, stacgate_dialect);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

task<reply> create(call_ptr c) {
  const auto said = c->body();
  create_board wish;
  wish.title = said["title"].as_string().value_or(said["name"].as_string().value_or(""));
  if (wish.title.empty())
    throw refuse(fault_code::invalid, "title is required");
  if (const auto data = said.find("data"); data && !data->is_null())
    wish.data = data->text();
  if (wish.data.size() > largest_board)
    throw refuse(fault_code::too_large, "The whiteboard is too large");
  auto owner = c->home.group(group_id{c->path("id")});
  auto made = co_await caught(ask(c->self, owner, c->who, std::move(wish)));
  if (!made)
    throw group_refusal(std::move(made.error()));
  co_return one_board(201, made->row);
}

// The study groups' page follows the group's chat, not each of its boards: what happens on a board
// is said there too, as something that passes.
task<void> announce(call_ptr c, board_row what) {
  signal_stream passing;
  passing.kind = "whiteboard_update";
  json_writer json{passing.data};
  json.begin_object().member("whiteboardId", what.id.value).key("data").raw(what.data.text);
  json.end_object();
  auto room = c->home.room(room_id{what.group.value});
  // Nobody may be listening any more; the board itself is saved.
  co_await caught(ask(c->self, room, c->who, std::move(passing)));
}

task<reply> replace_with(call_ptr c, replace_board wish) {
  auto owner = c->home.board(board_id{c->path("id")});
  auto done = co_await caught(ask(c->self, owner, c->who, std::move(wish)));
  if (!done)
    throw group_refusal(std::move(done.error()));
  co_await announce(c, done->row);
  co_return one_board(200, done->row);
}

// Older clients send the drawing itself as the body.
task<reply> patch(call_ptr c) {
  const auto said = c->body();
  replace_board wish;
  if (const auto data = said.find("data")) {
    wish.data = data->text();
    if (const auto title = said["title"].as_string(); title && !title->empty())
      wish.title = std::string{*title};
    wish.is_active = said["isActive"].as_bool();
  } else {
    wish.data = said.text();
  }
  co_return co_await replace_with(c, std::move(wish));
}

task<reply> put(call_ptr c) {
  const auto data = c->body().find("data");
  if (!data)
    throw refuse(fault_code::invalid, "data is required");
  replace_board wish;
  wish.data = data->text();
  co_return co_await replace_with(c, std::move(wish));
}

constexpr endpoint rows_of_area[] = {
    {verb::get, "/api/study-groups/{id}/whiteboards", signed_in, list},
    {verb::post, "/api/study-groups/{id}/whiteboards", signed_in, create, {}, largest_board},
    {verb::patch, "/api/study-groups/whiteboards/{id}", signed_in, patch, {}, largest_board},
    {verb::put, "/api/whiteboards/{id}", signed_in, put, {}, largest_board},
};

}  // namespace

std::span<const endpoint> board_routes() {
  return rows_of_area;
}

}  // namespace stoa::stacgate
