#include "tools/load/chat.hpp"
#include "tools/load/checkins.hpp"
#include "tools/load/http.hpp"
#include "tools/load/idle.hpp"
#include "tools/load/replay.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <csignal>
#include <functional>
#include <iostream>
#include <memory>

namespace stoa::load {
namespace {

using job = std::function<int()>;

/// `500ms`, `60s`, `2m`; a bare number is seconds.
std::chrono::milliseconds read_time(const std::string& text) {
  double number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, bad] = std::from_chars(text.data(), end, number);
  const std::string_view unit{stop, static_cast<std::size_t>(end - stop)};
  const double scale = unit == "ms" ? 1 : unit == "m" ? 60'000 : 1000;
  if (bad != std::errc{} || number < 0 || number > 1e6 ||
      (unit != "ms" && unit != "s" && unit != "m" && !unit.empty()))
    throw CLI::ValidationError(text, "is no time; 500ms, 60s and 2m are");
  return std::chrono::milliseconds{static_cast<std::int64_t>(number * scale)};
}

void add_time(CLI::App& to, const std::string& name, std::chrono::milliseconds& into,
              const std::string& meaning) {
  to.add_option_function<std::string>(
        name, [&into](const std::string& text) { into = read_time(text); }, meaning)
      ->type_name("TIME")
      ->default_str(std::to_string(into.count()) + "ms");
}

/// What every scenario is told.
struct common {
  std::string url = "http://127.0.0.1:5000";
  std::filesystem::path tokens;
  std::filesystem::path json;
  bool allow_remote = false;
  crew_options how;
  std::string server_command;

  void add_to(CLI::App& to) {
    to.add_option("--url", url, "the server")->capture_default_str();
    to.add_option("--tokens", tokens, "what stoa seed load wrote")->required();
    to.add_option("--json", json, "file for the report as JSON");
    to.add_flag("--allow-remote", allow_remote, "the server may be another machine");
    to.add_option("--server-pid", how.server_pid, "process of the server, to measure it");
    to.add_flag("--quiet", how.quiet, "no line a second");
    to.add_flag("--deflate", how.deflate, "sockets ask for permessage-deflate");
  }
  void add_crew_to(CLI::App& to) {
    add_to(to);
    add_time(to, "--settle", how.settle, "for answers and catching up after the last message");
    add_time(to, "--gather", how.gather, "for everybody to connect");
    to.add_option("--dialing", how.dialing, "connections being made at once")
        ->capture_default_str()
        ->check(CLI::Range(1, 4096));
    to.add_option("--per-address", how.per_address, "connections from one 127.0.x.y")
        ->capture_default_str();
    to.add_option("--server-command", server_command, "start this server for the run");
    to.add_option("--server-log", how.server_log, "file for what that server prints");
    add_time(to, "--kill-every", how.kill_every,
             "kill -9 that server so often, when everybody is back");
    to.add_option("--kills", how.kills,
                  "so often altogether, if need be after the talk (0: as it comes)");
    add_time(to, "--down-time", how.down_time, "until it is started again");
  }
};

/// Reads what is common, runs, and tells.
int run(common& what,
        const std::function<outcome<report>(const crew_options&, const people&)>& scenario) {
  const auto refuse = [](const fault& why) {
    std::cerr << "stoa-load: " << why.text << '\n';
    return static_cast<int>(verdict::usage);
  };
  auto where = read_target(what.url, what.allow_remote);
  if (!where)
    return refuse(where.error());
  what.how.where = std::move(*where);
  what.how.server_command = words_of(what.server_command);
  auto who = read_people(what.tokens);
  if (!who)
    return refuse(who.error());
  auto told = scenario(what.how, *who);
  if (!told)
    return refuse(told.error());
  told->print();
  if (!what.json.empty())
    if (auto written = told->write(what.json); !written)
      return refuse(written.error());
  return static_cast<int>(told->end);
}

void add_chat(CLI::App& to, job& what) {
  auto* command = to.add_subcommand("chat", "many rooms at a steady rate");
  auto all = std::make_shared<common>();
  auto chat = std::make_shared<chat_options>();
  all->add_crew_to(*command);
  command->add_option("--users", chat->users, "how many take part; 0: all");
  command->add_option("--groups", chat->groups, "in how many groups; 0: all");
  command->add_option("--rate", chat->rate, "messages per second in total")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  add_time(*command, "--duration", chat->duration, "how long they talk");
  command->add_option("--payload", chat->payload, "bytes of a message")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  command->add_option("--posters", chat->posters, "how many of them post; 0: all");
  command->add_option("--typing-share", chat->typing_share, "of messages announced by typing")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--slow-readers", all->how.slow_readers, "how many stop reading for the run");
  add_time(*command, "--reconnect-storm", all->how.storm_every, "break connections so often …");
  all->how.storm_share = 0.1;
  command->add_option("--storm-share", all->how.storm_share, "… this share of them")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  command->callback([&what, all, chat] {
    what = [all, chat] {
      return run(*all, [&](const auto& how, const auto& who) { return run_chat(how, who, *chat); });
    };
  });
}

void add_replay(CLI::App& to, job& what) {
  auto* command = to.add_subcommand("replay", "real chat logs, said again in order");
  auto all = std::make_shared<common>();
  auto replay = std::make_shared<replay_options>();
  auto files = std::make_shared<std::vector<std::filesystem::path>>();
  auto group = std::make_shared<std::uint32_t>(1);
  all->add_crew_to(*command);
  command->add_option("files", *files, "logs: [hh:mm] <nick> text")->required();
  command->add_option("--speed", replay->speed, "times as fast as it was; 0: as fast as it goes")
      ->check(CLI::Range(0.0, 1e6));
  command->add_option("--group", *group, "number of the group whose room it goes to")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--pipelined", replay->pipelined, "messages of one author in flight")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  command->add_option("--limit", replay->limit, "lines at most; 0: all");
  command->callback([&what, all, replay, files, group] {
    what = [all, replay, files, group] {
      replay->group = *group - 1;
      return run(*all, [&](const auto& how, const auto& who) -> outcome<report> {
        chat_log log;
        for (const auto& file : *files)
          if (auto read = log.read(file); !read)
            return std::move(read).error();
        return run_replay(how, who, log, *replay);
      });
    };
  });
}

void add_idle(CLI::App& to, job& what) {
  auto* command = to.add_subcommand("idle", "sockets that do nothing, and what each costs");
  auto all = std::make_shared<common>();
  auto idle = std::make_shared<idle_options>();
  all->add_crew_to(*command);
  command->add_option("--connections", idle->connections, "how many")
      ->capture_default_str()
      ->check(CLI::Range(1, 200'000));
  add_time(*command, "--hold", idle->hold, "how long they stay");
  command->callback([&what, all, idle] {
    what = [all, idle] {
      return run(*all, [&](const auto& how, const auto& who) { return run_idle(how, who, *idle); });
    };
  });
}

void add_checkins(CLI::App& to, job& what) {
  auto* command = to.add_subcommand("checkins", "a campus that everybody follows, whole lists");
  auto all = std::make_shared<common>();
  auto campus = std::make_shared<checkins_options>();
  all->add_to(*command);
  add_time(*command, "--settle", all->how.settle, "for everybody to have the last list");
  add_time(*command, "--gather", all->how.gather, "for everybody to connect");
  command->add_option("--dialing", all->how.dialing, "connections being made at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 4096));
  command->add_option("--per-address", all->how.per_address, "connections from one 127.0.x.y")
      ->capture_default_str();
  command->add_option("--users", campus->users, "how many follow; 0: all");
  command->add_option("--rate", campus->rate, "check-ins per second in total")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 1e5));
  add_time(*command, "--duration", campus->duration, "how long they check in");
  command->add_option("--watchers", campus->watchers, "followers that read what they get")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->callback([&what, all, campus] {
    what = [all, campus] {
      return run(*all,
                 [&](const auto& how, const auto& who) { return run_checkins(how, who, *campus); });
    };
  });
}

void add_http(CLI::App& to, job& what) {
  auto* command = to.add_subcommand("http", "requests in a closed loop");
  auto all = std::make_shared<common>();
  auto http = std::make_shared<http_options>();
  all->add_to(*command);
  command
      ->add_option("requests", http->requests,
                   "\"GET /path\" or 'POST /path {\"a\":1}', taking turns")
      ->required();
  command->add_option("--connections", http->connections, "how many at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 20'000));
  add_time(*command, "--duration", http->duration, "how long");
  command->add_option("--count", http->count, "at most so many requests (0: as many as fit)");
  command->add_option("--cookie", http->cookie,
                      "name of the cookie with the session; empty: Authorization: Bearer");
  command->add_flag("--guests", http->guests, "without sessions");
  command->callback([&what, all, http] {
    what = [all, http] {
      return run(*all, [&](const auto& how, const auto& who) { return run_http(how, who, *http); });
    };
  });
}

}  // namespace
}  // namespace stoa::load

int main(int argc, char** argv) {
  CLI::App app{"Load on a Stoa server, and whether it keeps its promises", "stoa-load"};
  app.require_subcommand(1);
  stoa::load::job what;
  stoa::load::add_chat(app, what);
  stoa::load::add_replay(app, what);
  stoa::load::add_idle(app, what);
  stoa::load::add_checkins(app, what);
  stoa::load::add_http(app, what);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& why) {
    return app.exit(why) == 0 ? 0 : static_cast<int>(stoa::load::verdict::usage);
  }
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return what();
  } catch (const std::exception& why) {
    std::cerr << "stoa-load: " << why.what() << '\n';
    return static_cast<int>(stoa::load::verdict::usage);
  }
}
