#include "actors/people/accounts.hpp"

#include "actors/core/caf.hpp"
#include "actors/people/tokens.hpp"

namespace stoa {

namespace {

transaction platform(statement what) {
  transaction out;
  out.establishment = platform_scope;
  out.statements.push_back(std::move(what));
  return out;
}

}  // namespace

task<fresh_session> sign_in(session_actor::pointer self, database_actor database, hash_lane& hashes,
                            std::string email, std::string password,
                            std::chrono::seconds lifetime) {
  auto found = co_await ask(
      self, database,
      platform({"select u.id, u.password, u.establishment_id from users u"
                " left join establishments e on e.id = u.establishment_id"
                " where lower(u.email) = lower($1) and u.is_active"
                " and (u.role = 'super_admin' or coalesce(e.is_active, false))",
                {email}}));
  const auto& row = found[0];
  const bool known = !row.empty();
  auto verdict = co_await hashes.verify(self, std::move(password),
                                        known ? row.text(0, 1) : hashes.decoy());
  if (!known || !verdict.matches)
    throw fault_error(fault_code::unauthenticated, "wrong e-mail address or password");
  std::vector<sql_value> change{row.text(0, 0), std::nullopt};
  if (!verdict.better_hash.empty())
    change[1] = verdict.better_hash;
  co_await ask(self, database,
               platform({"update users set last_login_at = now(),"
                         " password = coalesce($2, password) where id = $1",
                         std::move(change)}));
  std::optional<std::string> establishment;
  if (auto text = row.cell(0, 2))
    establishment = std::string{*text};
  co_return co_await begin_session(self, database, user_id{row.text(0, 0)}, establishment,
                                   lifetime);
}

task<fresh_session> begin_session(session_actor::pointer self, database_actor database,
                                  user_id user, std::optional<std::string> establishment,
                                  std::chrono::seconds lifetime) {
  fresh_session out{fresh_token(), fresh<session_id>(), std::move(user)};
  co_await ask(self, database,
               platform({"insert into sessions (token_hash, id, user_id, establishment_id,"
                         " expires_at) values ($1, $2, $3, $4, now() + make_interval(secs => $5))",
                         {token_hash(out.token), out.id.value, out.user.value, establishment,
                          std::to_string(lifetime.count())}}));
  co_return out;
}

task<void> sign_out(session_actor::pointer self, database_actor database, session_id session) {
  co_await ask(self, database,
               platform({"delete from sessions where id = $1", {session.value}}));
}

task<std::vector<std::string>> end_sessions(session_actor::pointer self, database_actor database,
                                            user_id user, session_id except) {
  auto gone = co_await ask(
      self, database,
      platform({"delete from sessions where user_id = $1 and id <> $2 returning token_hash",
                {user.value, except.value}}));
  std::vector<std::string> out;
  for (std::size_t i = 0; i < gone[0].size(); ++i)
    out.push_back(gone[0].text(i, 0));
  co_return out;
}

}  // namespace stoa
