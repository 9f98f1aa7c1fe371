#include "net/people.hpp"

#include "actors/people/accounts.hpp"
#include "persistence/audit.hpp"

namespace stoa {

// They are asked rather than told: whoever signs somebody out is answered when it has happened.
task<void> end_live_sessions(call_ptr c, std::vector<std::string> hashes, std::string reason) {
  const end_session over{std::move(reason)};
  for (const auto& each : hashes)
    if (auto live = c->home.live_session(each))
      co_await caught(ask(c->self, live, over));
}

task<void> end_other_sessions(call_ptr c, user_id target) {
  auto except = target == c->who.user ? c->who.session : session_id{};
  auto hashes = co_await end_sessions(c->self, c->home.database(), target, except);
  co_await end_live_sessions(c, std::move(hashes), "signed out");
}

task<void> refresh_sessions(call_ptr c, statement who) {
  who.sql = sql_text{"select token_hash from sessions where user_id in (" +
                     std::string{who.sql.view()} + ")"};
  auto wanted = in_establishment(platform_scope, std::move(who));
  auto found = co_await c->run(std::move(wanted));
  for (std::size_t i = 0; i < found[0].size(); ++i)
    if (auto live = c->home.live_session(found[0].text(i, 0)))
      tell(c->self, live, refresh_session{});
}

task<void> refresh_sessions_of(call_ptr c, user_id target) {
  auto who = prepared("select $1::text", target);
  co_await refresh_sessions(c, std::move(who));
}

task<void> replace_password(call_ptr c, user_id target, std::string current, std::string wanted,
                            void (*check)(std::string_view)) {
  auto found = co_await c->run(prepared("select password from users where id = $1", target));
  if (found[0].empty())
    throw fault_error(fault_code::not_found, "User not found");
  if (target == c->who.user || !current.empty()) {
    auto stored = found[0].text(0, 0);
    auto verdict =
        co_await c->home.passwords().verify(c->self, std::move(current), std::move(stored));
    if (!verdict.matches)
      throw fault_error(fault_code::invalid, "Current password is incorrect");
  }
  check(wanted);
  auto hash = co_await c->home.passwords().hash(c->self, std::move(wanted));
  auto change =
      prepared("update users set password = $2, updated_at = now() where id = $1", target, hash);
  co_await c->run(in_establishment(c->who.establishment.value, std::move(change),
                                   acting(c->who.user, c->req.peer)));
  co_await end_other_sessions(c, target);
}

}  // namespace stoa
