#include "net/routes/stoa/routes.hpp"

#include "net/routes/stoa/noted.hpp"
#include "schema/json_writer.hpp"
#include "schema/people.hpp"

namespace stoa::stoa_api {

namespace {

// Liveness: this process takes requests and its actors run. Readiness also asks the pool.
task<reply> health(call_ptr) {
  const auto present = now();
  std::string out;
  json_writer{out}
      .begin_object()
      .member("status", "ok")
      .member("version", STOA_VERSION)
      .member("time", present)
      .member("timestamp", present)
      .end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> ready(call_ptr c) {
  const how_is_the_pool question;
  auto pool = co_await ask(c->self, c->home.database(), question);
  std::string out;
  json_writer{out}
      .begin_object()
      .member("status", pool.connections > 0 ? "ready" : "no database")
      .member("connections", pool.connections)
      .member("waiting", pool.waiting)
      .end_object();
  co_return json_reply(pool.connections > 0 ? 200 : 503, std::move(out));
}

task<reply> me(call_ptr c) {
  need_noted_query(*c);
  std::string out;
  json_writer json{out};
  json.begin_object().member("id", c->who.user.value).member("name", c->who.name);
  json.member("role", spelling<role>::words[static_cast<std::size_t>(c->who.rank)])
      .member("session", c->who.session.value);
  json.key("establishment");
  if (c->who.establishment.value == platform_scope)
    json.null();
  else
    json.value(c->who.establishment.value);
  json.end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> show_one_board(call_ptr c) {
  need_noted_query(*c);
  auto board = c->home.board(board_id{c->path("board")});
  show_board question;
  auto found = co_await c->asked(board, question);
  std::string out;
  json_writer json{out};
  json.begin_object().member("id", found.row.id.value).member("group", found.row.group.value);
  json.member("title", found.row.title).member("isActive", found.row.is_active);
  json.key("data").raw(found.row.data.text).member("lastSeq", found.last_seq);
  json.member("createdAt", found.row.created_at).member("updatedAt", found.row.updated_at);
  json.end_object();
  co_return json_reply(200, std::move(out));
}

constexpr endpoint general_rows[] = {
    {verb::get, "/api/health", anyone, health},
    {verb::get, "/api/ready", anyone, ready},
    {verb::get, "/api/v1/me", signed_in, me},
    {verb::get, "/api/v1/boards/{board}", signed_in, show_one_board},
};

constexpr socket_endpoint socket_rows[] = {
    {"/realtime", "stoa.v1", open_realtime},
};

}  // namespace

std::span<const endpoint> routes() {
  static const auto all = [] {
    std::vector<endpoint> out;
    for (const auto area : {std::span<const endpoint>{general_rows}, metric_routes(),
                            document_routes(), event_routes(), room_routes(), message_routes()})
      out.insert(out.end(), area.begin(), area.end());
    return out;
  }();
  return all;
}
std::span<const socket_endpoint> sockets() {
  return socket_rows;
}

}  // namespace stoa::stoa_api
