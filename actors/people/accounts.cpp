#include "actors/people/accounts.hpp"

#include "actors/core/caf.hpp"
#include "actors/people/tokens.hpp"
#include "persistence/audit.hpp"
#include "schema/text/precis.hpp"

namespace stoa {

namespace {

// Under what name nobody was found is not kept: people type their password there, too.
task<void> note_failure(session_actor::pointer self, database_actor database, std::string home,
                        std::string user, std::string from) {
  audit_note note;
  note.establishment = home;
  note.action = "sign_in.failed";
  note.kind = "user";
  note.subject = std::move(user);
  note.address = std::move(from);
  co_await ask(self, database, in_establishment(std::move(home), audit(note)));
}

}  // namespace

task<fresh_session> sign_in(session_actor::pointer self, database_actor database, hash_lane& hashes,
                            std::string email, std::string password, std::chrono::seconds lifetime,
                            std::string from) {
  auto found = co_await ask(
      self, database,
      in_establishment(platform_scope,
                       prepared("select u.id, u.password, u.establishment_id from users u"
                                " left join establishments e on e.id = u.establishment_id"
                                " where u.email_key = any(stoa_typed_keys($1, $2)) and u.is_active"
                                " and (u.role = 'super_admin' or coalesce(e.is_active, false))"
                                " order by u.email_key = lower($1) desc limit 1",
                                email, precis::wanted_mail_address(email))));
  const auto& row = found[0];
  const bool known = !row.empty();
  auto stored = hashes.decoy();
  if (known)
    stored = row.text(0, 1);
  auto verdict = co_await hashes.verify(self, std::move(password), std::move(stored));
  if (!known || !verdict.matches) {
    std::string home = platform_scope;
    std::string whose;
    if (known) {
      whose = row.text(0, 0);
      home = std::string{row.cell(0, 2).value_or(platform_scope)};
    }
    co_await note_failure(self, database, std::move(home), std::move(whose), std::move(from));
    throw fault_error(fault_code::unauthenticated, "wrong e-mail address or password");
  }
  std::optional<std::string> better;
  if (!verdict.better_hash.empty())
    better = verdict.better_hash;
  co_await ask(
      self, database,
      in_establishment(platform_scope, prepared("update users set last_login_at = now(),"
                                                " password = coalesce($2, password) where id = $1",
                                                row.text(0, 0), better)));
  std::optional<std::string> establishment;
  if (auto text = row.cell(0, 2))
    establishment = std::string{*text};
  co_return co_await begin_session(self, database, user_id{row.text(0, 0)}, establishment, lifetime,
                                   std::move(from));
}

task<fresh_session> sign_in_by_name(session_actor::pointer self, database_actor database,
                                    hash_lane& hashes, establishment_id home, std::string username,
                                    std::string password, std::chrono::seconds lifetime,
                                    std::string from) {
  auto look = prepared(
      "select u.id, u.password, u.is_active and e.is_active from users u"
      " join establishments e on e.id = u.establishment_id where u.establishment_id = $1"
      " and u.name_key = any(stoa_typed_keys($2, $3)) and u.signs_in_by_name"
      " order by u.name_key = lower($2) desc limit 1",
      home, username, precis::wanted_user_name(username));
  auto found = co_await ask(self, database, in_establishment(home.value, std::move(look)));
  const auto& row = found[0];
  const bool known = !row.empty();
  auto stored = hashes.decoy();
  if (known)
    stored = row.text(0, 1);
  auto verdict = co_await hashes.verify(self, std::move(password), std::move(stored));
  if (!known || !verdict.matches || !row.flag(0, 2)) {
    std::string whose = known ? row.text(0, 0) : std::string{};
    co_await note_failure(self, database, home.value, std::move(whose), std::move(from));
    if (known && verdict.matches)
      throw fault_error(fault_code::forbidden, "the account is not active");
    throw fault_error(fault_code::unauthenticated, "wrong user name or password");
  }
  std::optional<std::string> better;
  if (!verdict.better_hash.empty())
    better = verdict.better_hash;
  auto note = prepared(
      "update users set last_login_at = now(), password = coalesce($2, password) where id = $1",
      row.text(0, 0), better);
  co_await ask(self, database, in_establishment(home.value, std::move(note)));
  co_return co_await begin_session(self, database, user_id{row.text(0, 0)}, home.value, lifetime,
                                   std::move(from));
}

task<fresh_session> begin_session(session_actor::pointer self, database_actor database,
                                  user_id user, std::optional<std::string> establishment,
                                  std::chrono::seconds lifetime, std::string from) {
  fresh_session out;
  out.token = fresh_token();
  out.id = fresh<session_id>();
  out.user = std::move(user);
  audit_note note;
  note.establishment = establishment.value_or("");
  note.actor = out.user;
  note.action = "sign_in";
  note.kind = "user";
  note.subject = out.user.value;
  note.address = std::move(from);
  auto begun = prepared(
      "insert into sessions (token_hash, id, user_id, establishment_id, expires_at)"
      " values ($1, $2, $3, $4, now() + make_interval(secs => $5))",
      token_hash(out.token), out.id, out.user, establishment, lifetime.count());
  co_await ask(self, database, in_establishment(platform_scope, std::move(begun), audit(note)));
  co_return out;
}

task<void> sign_out(session_actor::pointer self, database_actor database, session_id session) {
  co_await ask(
      self, database,
      in_establishment(platform_scope, prepared("delete from sessions where id = $1", session)));
}

task<std::vector<std::string>> end_sessions(session_actor::pointer self, database_actor database,
                                            user_id user, session_id except) {
  auto gone =
      co_await ask(self, database,
                   in_establishment(platform_scope,
                                    prepared("delete from sessions where user_id = $1 and id <> $2"
                                             " returning token_hash",
                                             user, except)));
  std::vector<std::string> out;
  for (std::size_t i = 0; i < gone[0].size(); ++i)
    out.push_back(gone[0].text(i, 0));
  co_return out;
}

}  // namespace stoa
