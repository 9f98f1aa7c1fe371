#include "net/routes/once.hpp"
#include "net/routes/stacgate/group_asked.hpp"
#include "net/routes/stacgate/group_shapes.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "schema/json_writer.hpp"

namespace stoa::stacgate {

namespace {

constexpr std::size_t largest_board = 2 * 1024 * 1024;  // bytes of a drawing
// What stands around a drawing in a body. The drawing itself is measured by whoever keeps it.
constexpr std::size_t largest_body = largest_board + 64 * 1024;

reply one_board(int status, const board_row& what) {
  std::string out;
  json_writer json{out};
  write_json(what, json, stacgate_dialect);
  return json_reply(status, std::move(out));
}

// A board's row is its last snapshot. What was drawn since is in the stream, and folded by the
// board's owner: those boards are asked how they look.
task<board_row> as_it_is(call_ptr c, board_row snapshot) {
  auto owner = c->home.board(snapshot.id);
  show_board question;
  auto now = co_await caught(ask(c->self, owner, c->who, question));
  // It may have been closed since the list was read.
  co_return now ? std::move(now->row) : std::move(snapshot);
}

task<reply> list_boards(call_ptr c) {
  static const sql_text text{
      "select " + columns_of(board_entity, "w") +
      ", exists (select 1 from stream_events e where e.stream = 'board:' || w.id"
      " and e.seq > w.snapshot_seq) from whiteboards w where w.study_group_id = $1 and w.is_active"
      " order by w.updated_at desc, w.id limit 1000"};
  const auto group = c->path("id");
  auto found = co_await c->run(in_establishment(
      c->who.establishment.value, standing_in(group, c->who.user), prepared(text, group)));
  need_membership(found[0], c->who);
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[1].size(); ++i) {
    auto row = row_at<board_row>(found[1], i);
    if (found[1].flag(i, board_entity.fields.size()))
      row = co_await as_it_is(c, std::move(row));
    write_json(row, json, stacgate_dialect);
  }
  json.end_array();
  co_return json_reply(200, std::move(out));
}

task<reply> create_one_board(call_ptr c) {
  const auto said = c->body();
  create_board wish;
  auto title = text_member(said, "title");
  wish.title = (title ? title : text_member(said, "name")).value_or("");
  if (wish.title.empty())
    throw refuse_member("title", "is required");
  if (const auto data = said.find("data"); data && !data->is_null())
    wish.data = data->text();
  if (wish.data.size() > largest_board)
    throw refuse(fault_code::too_large, "The whiteboard is too large");
  wish.key = idempotency_key(c->req);
  auto owner = c->home.group(group_id{c->path("id")});
  auto made = co_await group_asked<board_view>(c, owner, std::move(wish));
  co_return one_board(201, made.row);
}

// The study groups' page follows the group's chat, not each of its boards: what happens on a board
// is said there too, as something that passes. It is said once, drawing and all, and no later
// signal says it again.
task<void> announce(call_ptr c, board_row what) {
  signal_stream passing;
  passing.kind = "whiteboard_update";
  passing.how = urgency::durable;
  json_writer json{passing.data};
  json.begin_object().member("whiteboardId", what.id.value).key("data").raw(what.data.text);
  json.end_object();
  auto room = c->home.room(room_id{what.group.value});
  // Nobody may be listening any more; the board itself is saved.
  co_await caught(ask(c->self, room, c->who, std::move(passing)));
}

task<reply> replace_with(call_ptr c, replace_board wish) {
  wish.key = idempotency_key(c->req);
  auto owner = c->home.board(board_id{c->path("id")});
  auto done = co_await group_asked<board_view>(c, owner, std::move(wish));
  co_await announce(c, done.row);
  co_return one_board(200, done.row);
}

// Older clients send the drawing itself as the body.
task<reply> patch(call_ptr c) {
  const auto said = c->body();
  replace_board wish;
  if (const auto data = said.find("data")) {
    wish.data = data->text();
    if (auto title = text_member(said, "title"); title && !title->empty())
      wish.title = std::move(title);
    wish.is_active = flag_member(said, "isActive");
  } else {
    wish.data = said.text();
  }
  co_return co_await replace_with(c, std::move(wish));
}

task<reply> put(call_ptr c) {
  const auto data = c->body().find("data");
  if (!data)
    throw refuse_member("data", "is required");
  replace_board wish;
  wish.data = data->text();
  co_return co_await replace_with(c, std::move(wish));
}

constexpr endpoint board_rows[] = {
    {verb::get, "/api/study-groups/{id}/whiteboards", signed_in, list_boards},
    {verb::post,
     "/api/study-groups/{id}/whiteboards",
     signed_in,
     create_one_board,
     {},
     largest_body},
    {verb::patch, "/api/study-groups/whiteboards/{id}", signed_in, patch, {}, largest_body},
    {verb::put, "/api/whiteboards/{id}", signed_in, put, {}, largest_body},
};

}  // namespace

std::span<const endpoint> board_routes() {
  return board_rows;
}

}  // namespace stoa::stacgate
