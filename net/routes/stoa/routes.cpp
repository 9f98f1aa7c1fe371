#include "net/routes/stoa/routes.hpp"

#include "schema/json_writer.hpp"

namespace stoa::stoa_api {

namespace {

// Liveness: this process takes requests and its actors run. Readiness also asks the pool.
task<reply> health(call_ptr) {
  std::string out;
  json_writer{out}
      .begin_object()
      .member("status", "ok")
      .member("version", STOA_VERSION)
      .member("time", now())
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

constexpr endpoint rows[] = {
    {verb::get, "/api/health", anyone, health},
    {verb::get, "/api/ready", anyone, ready},
};

constexpr socket_endpoint socket_rows[] = {
    {"/realtime", "stoa.v1", open_realtime},
};

}  // namespace

std::span<const endpoint> routes() {
  return rows;
}
std::span<const socket_endpoint> sockets() {
  return socket_rows;
}

}  // namespace stoa::stoa_api
