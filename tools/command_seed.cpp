#include "actors/load_data.hpp"
#include "actors/people/bearer.hpp"
#include "actors/people/hasher.hpp"
#include "config/secret.hpp"
#include "persistence/pg/session.hpp"
#include "tools/commands.hpp"
#include "tools/database_at_hand.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <unistd.h>

namespace stoa {
namespace {

namespace fs = std::filesystem;

outcome<void> write_through(const std::string& conninfo, const std::vector<transaction>& all) {
  auto session = pg::session::open(conninfo);
  if (!session)
    return std::move(session).error();
  for (const auto& each : all) {
    if (auto begun = session->run("begin"); !begun)
      return std::move(begun).error();
    auto scoped =
        session->run("select set_config('stoa.establishment', $1, true)", {each.establishment});
    if (!scoped)
      return std::move(scoped).error();
    // A fault ends the connection, and with it the transaction.
    for (const auto& what : each.statements)
      if (auto done = session->run(std::string{what.sql.view()}, what.params); !done)
        return std::move(done).error();
    if (auto done = session->run("commit"); !done)
      return std::move(done).error();
  }
  return {};
}

/// Into the database of these settings, whether or not a server is using it.
outcome<void> write_all(const settings& set, const std::vector<transaction>& all) {
  auto database = database_at_hand::open(set);
  return database ? write_through(database->application(), all)
                  : outcome<void>{std::move(database).error()};
}

/// The tokens sign in as everybody: nobody but us may read them.
outcome<void> write_private(const fs::path& file, std::string_view text) {
  const auto refuse = [&] {
    return fail(fault_code::unavailable, "cannot write " + file.string(), std::strerror(errno));
  };
  const int to = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (to < 0)
    return refuse();
  while (!text.empty()) {
    const auto size = ::write(to, text.data(), text.size());
    if (size < 0) {
      auto why = refuse();
      ::close(to);
      return why;
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return ::close(to) == 0 ? outcome<void>{} : refuse();
}

/// Bearer tokens for these sessions, signed as the server of these settings signs.
outcome<void> sign_tokens(const settings& set, load_people& who) {
  auto secret = set.secret_key;
  if (secret.empty() && !set.database_url.empty())
    return fail(fault_code::invalid, "secret_key has to be that of the server");
  if (secret.empty()) {
    auto kept = kept_secret(set.data.empty() ? default_data_folder() : set.data);
    if (!kept)
      return std::move(kept).error();
    secret = std::move(*kept);
  }
  const bearer_keys keys{std::move(secret), {}};
  bearer_claims claims;
  claims.issued = now();
  claims.expires.micros =
      claims.issued.micros + std::chrono::microseconds{set.session_life}.count();
  for (auto& each : who.users) {
    claims.user = user_id{each.id};
    claims.session = std::move(each.token);
    each.token = keys.sign(claims);
  }
  return {};
}

int seed_load(const setting_options& options, const load_size& size, const fs::path& tokens,
              bool bearer) {
  auto loaded = options.load();
  if (!loaded)
    return tell(loaded.error());
  if (sodium_init() < 0)
    return tell(fail(fault_code::unavailable, "no source of randomness"));
  auto who = plan_load(size);
  if (!who)
    return tell(who.error());
  const auto password = make_hash("load", hash_cost{});
  if (password.empty())
    return tell(fail(fault_code::overloaded, "not enough memory to hash a password"));
  if (auto done = write_all(loaded->values, load_data(*who, password)); !done)
    return tell(done.error());
  if (bearer)
    if (auto done = sign_tokens(loaded->values, *who); !done)
      return tell(done.error());
  if (auto done = write_private(tokens, load_people_as_json(*who)); !done)
    return tell(done.error());
  std::cout << fmt::format("{} users in {} groups; their tokens are in {}\n", who->users.size(),
                           who->groups.size(), tokens.string());
  return 0;
}

}  // namespace

void add_seed_command(CLI::App& to, job& what) {
  auto* seed = to.add_subcommand("seed", "writes data for trials")->require_subcommand(1);
  auto* load = seed->add_subcommand("load", "signed-in users in groups, for stoa-load");
  auto options = std::make_shared<setting_options>(*load);
  auto size = std::make_shared<load_size>();
  auto tokens = std::make_shared<fs::path>();
  load->add_option("--users", size->users, "how many users")->capture_default_str();
  load->add_option("--groups", size->groups, "how many study groups")->capture_default_str();
  load->add_option("--per-group", size->per_group, "members of each group; 0: one group each")
      ->capture_default_str();
  load->add_option("--tokens", *tokens, "file for their session tokens")->required();
  auto bearer = std::make_shared<bool>(false);
  load->add_flag("--bearer", *bearer, "bearer tokens instead of session tokens");
  load->callback([&what, options, size, tokens, bearer] {
    what = [options, size, tokens, bearer] { return seed_load(*options, *size, *tokens, *bearer); };
  });
}

}  // namespace stoa
