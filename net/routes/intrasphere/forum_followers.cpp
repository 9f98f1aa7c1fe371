#include "net/routes/intrasphere/forum.hpp"
#include "net/routes/intrasphere/routes.hpp"

namespace stoa::intrasphere {

namespace {

reply subscription_reply(bool subscribed) {
  std::string out;
  json_writer{out}.begin_object().member("subscribed", subscribed).end_object();
  return json_reply(200, std::move(out));
}

// The topic of the address, if the caller reads it; throws 404.
task<topic_id> topic_of_path(call_ptr c) {
  topic_id id{c->path("id")};
  auto owner = c->home.topic(id);
  show_topic look;
  co_await c->asked(owner, look);
  co_return id;
}

// Whoever takes part in a topic is subscribed without having said so.
task<reply> look_up(call_ptr c) {
  auto topic = co_await topic_of_path(c);
  auto found = co_await c->run(
      prepared("select $2 in (select stoa_topic_followers($1))", topic, c->who.user));
  co_return subscription_reply(found[0].flag(0, 0));
}

task<reply> keep(call_ptr c, bool wanted) {
  auto topic = co_await topic_of_path(c);
  co_await c->run(
      prepared("insert into forum_subscriptions (topic_id, user_id, establishment_id, wanted)"
               " select id, $2, establishment_id, $3::boolean from forum_topics where id = $1"
               " on conflict (topic_id, user_id) do update set wanted = excluded.wanted",
               topic, c->who.user, wanted));
  co_return subscription_reply(wanted);
}

task<reply> subscribe(call_ptr c) {
  co_return co_await keep(c, true);
}
task<reply> unsubscribe(call_ptr c) {
  co_return co_await keep(c, false);
}

}  // namespace

std::vector<endpoint> forum_follower_routes() {
  return {
      {verb::get, "/api/forum/topics/{id}/subscription", signed_in, look_up},
      {verb::put, "/api/forum/topics/{id}/subscription", signed_in, subscribe},
      {verb::remove, "/api/forum/topics/{id}/subscription", signed_in, unsubscribe},
  };
}

}  // namespace stoa::intrasphere
