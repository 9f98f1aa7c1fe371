#include "actors/jobs/job_rows.hpp"
#include "actors/people/hasher.hpp"
#include "actors/people/tokens.hpp"
#include "persistence/pg/session.hpp"
#include "schema/ids.hpp"
#include "schema/json_writer.hpp"
#include "schema/scope.hpp"
#include "schema/shapes.hpp"
#include "schema/text/precis.hpp"
#include "tools/commands.hpp"
#include "tools/database_at_hand.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

namespace stoa {
namespace {

/// What the subcommands are told about one person.
struct person_options {
  std::string email;
  std::string role = "learner";
  std::string establishment;
  std::string first_name;
  std::string last_name;
};

using params = std::vector<std::optional<std::string>>;
using work_in_session = std::function<outcome<void>(pg::session&)>;

/// Runs something as the platform, in one transaction.
outcome<void> in_transaction(const setting_options& options, const work_in_session& todo) {
  auto loaded = options.load();
  if (!loaded)
    return std::move(loaded).error();
  auto database = database_at_hand::open(loaded->values);
  if (!database)
    return std::move(database).error();
  auto session = pg::session::open(database->application());
  if (!session)
    return std::move(session).error();
  if (auto begun = session->run("begin"); !begun)
    return std::move(begun).error();
  if (auto scoped =
          session->run("select set_config('stoa.establishment', $1, true)", {platform_scope});
      !scoped)
    return std::move(scoped).error();
  // In the audit log, where others have the address that they came from.
  if (auto named = session->run("select set_config('stoa.address', 'command line', true)"); !named)
    return std::move(named).error();
  // A fault ends the connection, and with it the transaction.
  if (auto done = todo(*session); !done)
    return done;
  auto kept = session->run("commit");
  return kept ? outcome<void>{} : outcome<void>{std::move(kept).error()};
}

/// One line: what somebody types or pipes in, so that no password is on a command line.
outcome<std::string> read_password() {
  if (::isatty(STDIN_FILENO) == 1)
    std::cerr << "password: ";
  std::string line;
  const bool is_read = static_cast<bool>(std::getline(std::cin, line));
  // As a pipe of Windows brings it: with a mark before it and two bytes that end a line.
  if (line.ends_with('\r'))
    line.pop_back();
  if (line.starts_with("\xef\xbb\xbf"))
    line.erase(0, 3);
  if (!is_read || line.size() < 8 || line.size() > 128)
    return fail(fault_code::invalid, "a password of 8 to 128 bytes is read from standard input");
  auto kept = precis::password(line);
  if (!kept)
    kept.error().text.insert(0, "a password ");
  return kept;
}

outcome<std::string> read_hash() {
  if (sodium_init() < 0)
    return fail(fault_code::unavailable, "no source of randomness");
  auto password = read_password();
  if (!password)
    return password;
  auto hash = make_hash(*password, hash_cost{});
  if (hash.empty())
    return fail(fault_code::overloaded, "not enough memory to hash a password");
  return hash;
}

outcome<std::string> user_with(pg::session& database, const std::string& email) {
  auto found = database.run(
      "select id from users where email_key = any(stoa_typed_keys($1, $2))"
      " order by email_key = lower($1) desc limit 1",
      {email, precis::wanted_mail_address(email)});
  if (!found)
    return std::move(found).error();
  if (found->size() == 0)
    return fail(fault_code::not_found, "nobody has the address " + email);
  return found->text(0, 0);
}

/// Takes a user's sessions away, and has a running server close what lives of them.
outcome<std::size_t> end_all_sessions(pg::session& database, const std::string& user,
                                      const char* reason) {
  auto gone = database.run("delete from sessions where user_id = $1 returning token_hash", {user});
  if (!gone)
    return std::move(gone).error();
  if (gone->size() == 0)
    return std::size_t{0};
  std::string payload;
  json_writer json{payload};
  json.begin_object().member("reason", reason).key("sessions").begin_array();
  for (std::size_t i = 0; i < gone->size(); ++i)
    json.value(gone->text(i, 0));
  json.end_array().end_object();
  const auto job = add_job(std::nullopt, end_sessions_job, payload);
  auto told = database.run(std::string{job.sql.view()}, job.params);
  return told ? outcome<std::size_t>{gone->size()} : outcome<std::size_t>{std::move(told).error()};
}

outcome<void> add(const setting_options& options, person_options who) {
  auto kept_address = precis::mail_address(who.email);
  if (!kept_address || !shapes::is_email(*kept_address))
    return fail(fault_code::invalid, who.email + " is not an e-mail address");
  who.email = std::move(*kept_address);
  auto hash = read_hash();
  if (!hash)
    return std::move(hash).error();
  return in_transaction(options, [&](pg::session& database) -> outcome<void> {
    std::optional<std::string> establishment;
    if (who.role != "super_admin") {
      auto found = database.run("select id from establishments where slug = $1 or id = $1",
                                {who.establishment});
      if (!found)
        return std::move(found).error();
      if (found->size() == 0)
        return fail(fault_code::not_found,
                    "no such establishment: " + (who.establishment.empty()
                                                     ? "name one with --establishment SLUG"
                                                     : who.establishment));
      establishment = found->text(0, 0);
    }
    const auto text = [](const std::string& x) {
      return x.empty() ? std::nullopt : std::optional<std::string>{x};
    };
    auto made = database.run(
        "insert into users (id, establishment_id, email, username, password, first_name,"
        " last_name, role) values ($1, $2, lower($3), split_part(lower($3), '@', 1), $4, $5, $6,"
        " $7) on conflict do nothing",
        {fresh_uuid(), establishment, who.email, *hash, text(who.first_name), text(who.last_name),
         who.role});
    if (!made)
      return std::move(made).error();
    auto kept =
        database.run("select 1 from users where email_key = stoa_typed_key($1) and password = $2",
                     {who.email, *hash});
    if (!kept)
      return std::move(kept).error();
    if (kept->size() == 0)
      return fail(fault_code::conflict, who.email + " is somebody already");
    std::cout << "added " << who.email << '\n';
    return {};
  });
}

outcome<void> list(const setting_options& options, const person_options& who) {
  return in_transaction(options, [&](pg::session& database) -> outcome<void> {
    auto found = database.run(
        "select u.email, u.role, coalesce(e.slug, '-'), u.is_active, count(s.id)"
        " from users u left join establishments e on e.id = u.establishment_id"
        " left join sessions s on s.user_id = u.id and s.expires_at > now()"
        " where $1 = '' or e.slug = $1 or e.id = $1"
        " group by u.id, e.slug order by e.slug nulls first, u.email",
        {who.establishment});
    if (!found)
      return std::move(found).error();
    for (std::size_t i = 0; i < found->size(); ++i)
      std::cout << fmt::format("{:<40} {:<12} {:<20} {:<8} {} sessions\n", found->text(i, 0),
                               found->text(i, 1), found->text(i, 2),
                               found->text(i, 3) == "t" ? "active" : "disabled", found->text(i, 4));
    return {};
  });
}

outcome<void> set_password(const setting_options& options, const person_options& who) {
  auto hash = read_hash();
  if (!hash)
    return std::move(hash).error();
  return in_transaction(options, [&](pg::session& database) -> outcome<void> {
    auto user = user_with(database, who.email);
    if (!user)
      return std::move(user).error();
    if (auto done = database.run("update users set password = $2, updated_at = now() where id = $1",
                                 {*user, *hash});
        !done)
      return std::move(done).error();
    auto ended = end_all_sessions(database, *user, "the password was changed");
    if (!ended)
      return std::move(ended).error();
    std::cout << fmt::format("changed; {} sessions ended\n", *ended);
    return {};
  });
}

outcome<void> set_active(const setting_options& options, const person_options& who, bool active) {
  return in_transaction(options, [&](pg::session& database) -> outcome<void> {
    auto user = user_with(database, who.email);
    if (!user)
      return std::move(user).error();
    if (auto done = database.run("update users set is_active = $2, updated_at = now()"
                                 " where id = $1",
                                 {*user, active ? "true" : "false"});
        !done)
      return std::move(done).error();
    auto ended = active ? outcome<std::size_t>{std::size_t{0}}
                        : end_all_sessions(database, *user, "the account was disabled");
    if (!ended)
      return std::move(ended).error();
    std::cout << fmt::format("{}; {} sessions ended\n", active ? "enabled" : "disabled", *ended);
    return {};
  });
}

outcome<void> end_sessions_of(const setting_options& options, const person_options& who) {
  return in_transaction(options, [&](pg::session& database) -> outcome<void> {
    auto user = user_with(database, who.email);
    if (!user)
      return std::move(user).error();
    auto ended = end_all_sessions(database, *user, "signed out by an administrator");
    if (!ended)
      return std::move(ended).error();
    std::cout << fmt::format("{} sessions ended\n", *ended);
    return {};
  });
}

using person_action = std::function<outcome<void>(const setting_options&, const person_options&)>;

CLI::App* add_action(CLI::App& to, job& what, const std::string& name, const std::string& meaning,
                     const std::shared_ptr<person_options>& who, person_action run) {
  auto* command = to.add_subcommand(name, meaning);
  auto options = std::make_shared<setting_options>(*command);
  command->callback([&what, options, who, run] {
    what = [options, who, run] {
      const auto done = run(*options, *who);
      return done ? 0 : tell(done.error());
    };
  });
  return command;
}

void need_email(CLI::App& command, person_options& who) {
  command.add_option("email", who.email, "whose")->required();
}

}  // namespace

void add_user_command(CLI::App& to, job& what) {
  auto* user = to.add_subcommand("user", "the people who may sign in")->require_subcommand(1);
  auto who = std::make_shared<person_options>();
  auto* one =
      add_action(*user, what, "add", "lets somebody in; the password comes on stdin", who, add);
  need_email(*one, *who);
  one->add_option("--role", who->role)
      ->capture_default_str()
      ->check(CLI::IsMember({"learner", "trainer", "manager", "admin", "super_admin"}));
  one->add_option("--establishment", who->establishment, "its slug; none for a super_admin");
  one->add_option("--first-name", who->first_name);
  one->add_option("--last-name", who->last_name);
  auto* all = add_action(*user, what, "list", "who there is", who, list);
  all->add_option("--establishment", who->establishment, "only of this one");
  need_email(*add_action(*user, what, "password", "a new password from stdin; all sessions end",
                         who, set_password),
             *who);
  need_email(
      *add_action(*user, what, "disable", "no more sign-in; all sessions end", who,
                  [](const auto& how, const auto& whom) { return set_active(how, whom, false); }),
      *who);
  need_email(
      *add_action(*user, what, "enable", "may sign in again", who,
                  [](const auto& how, const auto& whom) { return set_active(how, whom, true); }),
      *who);
  auto* sessions = user->add_subcommand("sessions", "somebody's sessions")->require_subcommand(1);
  need_email(
      *add_action(*sessions, what, "end", "signs somebody out everywhere", who, end_sessions_of),
      *who);
}

}  // namespace stoa
