// Ours against floors, measured in one run beside each other: see README.md in this folder.
#include "actors/load_data.hpp"
#include "actors/people/hasher.hpp"
#include "actors/people/tokens.hpp"
#include "actors/root.hpp"
#include "net/node.hpp"
#include "net/server.hpp"
#include "persistence/database.hpp"
#include "persistence/postgres_programs.hpp"
#include "tools/bench/clients.hpp"
#include "tools/bench/floor_fanout.hpp"
#include "tools/bench/floor_http.hpp"
#include "tools/bench/intranet.hpp"

#include <caf/actor_system.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace stoa::bench {
namespace {

double cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& x) {
    return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

/// CPU seconds of every PostgreSQL process below the postmaster, those that have ended included.
double postgres_seconds(const std::string& postmaster) {
  double ticks = 0;
  for (const auto& each : std::filesystem::directory_iterator{"/proc"}) {
    std::ifstream in{each.path() / "stat"};
    std::string text;
    std::getline(in, text);
    const auto name_ends = text.rfind(')');
    if (name_ends == std::string::npos)
      continue;
    std::istringstream fields{text.substr(name_ends + 2)};
    std::string skipped;
    std::string parent;
    fields >> skipped >> parent;
    const bool head = each.path().filename() == postmaster;
    if (parent != postmaster && !head)
      continue;
    for (int i = 0; i < 9; ++i)
      fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    ticks += user + system;
    if (head) {
      fields >> user >> system;  // of its children that have ended
      ticks += user + system;
    }
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double resident_kib() {
  std::ifstream in{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  in >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

/// A row of the table.
void show(const std::string& what, double ours, double floor, const char* unit, double ratio,
          const std::string& aim, bool met) {
  std::cout << fmt::format("{:<44} {:>10.0f} {:>10.0f} {:<12} {:>7.2f}  {:<14} {}\n", what, ours,
                           floor, unit, ratio, aim, met ? "met" : "MISSED")
            << std::flush;
}

/// What is asked for on the command line.
struct plan {
  int seconds = 5;
  int rounds = 3;
  std::size_t idle = 10'000;
  std::string only;  ///< one measure; empty for all
  /// Threads of sockets, of ours and of Beast's floor alike. As many as the server takes by itself:
  /// the client needs a processor too.
  std::uint32_t io_threads = std::clamp(std::thread::hardware_concurrency() / 2, 1U, 64U);
};

class run {
public:
  explicit run(plan what) : plan_(std::move(what)) {
    settings how;
    how.io_threads = plan_.io_threads;
    how.data = folder_ / "data";  // not ephemeral: commits must reach the disk
    how.demo = false;
    how.rate_limits = false;
    how.site.push_back({"stacgate", 0});
    how.site.push_back({"intrasphere", 0});
    how.connections = 20'000;
    how.connections_per_address = 20'000;
    auto started =
        node::start(how, [](const std::string& step) { std::cerr << "bench: " << step << '\n'; });
    if (!started)
      throw std::runtime_error(started.error().text + " " + started.error().cause);
    node_ = std::move(*started);
    port_ = node_->sites().front().port;
    seed();
  }

  ~run() {
    node_ = nullptr;
    std::error_code ignored;  // what cannot be removed stays in /tmp
    std::filesystem::remove_all(folder_, ignored);
  }
  run(const run&) = delete;
  run& operator=(const run&) = delete;

  void all() {
    std::cout << fmt::format("{:<44} {:>10} {:>10} {:<12} {:>7}  {:<14}\n", "measured", "ours",
                             "floor", "", "ratio", "aim");
    if (wanted("row"))
      row_read();
    if (wanted("post"))
      post();
    if (wanted("bare"))
      no_database();
    if (wanted("rls"))
      row_level_security();
    if (wanted("fanout"))
      fan_out();
    if (wanted("idle"))
      idle_memory();
    if (wanted("news"))
      news();
    if (wanted("people"))
      people();
    if (wanted("search"))
      search();
  }

private:
  bool wanted(const std::string& measure) const {
    return plan_.only.empty() || plan_.only == measure;
  }

  // -- people ---------------------------------------------------------------------------

  void seed() {
    const auto hash = make_hash("load", {1, 8192});
    auto small = plan_load({1000, 8, 0});
    auto big =
        plan_load({static_cast<std::uint32_t>(std::max<std::size_t>(plan_.idle, 1000)), 1, 1000});
    if (!small || !big)
      throw std::runtime_error("cannot plan the people");
    for (const auto* people : {&*big, &*small})
      for (auto& each : load_data(*people, hash))
        if (auto done = run_and_wait(node_->system(), node_->actors().database(), each); !done)
          throw std::runtime_error(done.error().text + " " + done.error().cause);
    small_ = std::move(*small);
    big_ = std::move(*big);
    pgbench_sql(
        "create table bench_rows (id int primary key, establishment_id text not null,"
        " name text, payload text);"
        " insert into bench_rows select i, 'est-load', 'name ' || i, repeat('x', 200)"
        " from generate_series(1, 10000) i;"
        " create table bench_guarded (like bench_rows including all);"
        " insert into bench_guarded select * from bench_rows;"
        " alter table bench_guarded enable row level security;"
        " alter table bench_guarded force row level security;"
        " create policy tenant on bench_guarded using (establishment_id ="
        " current_setting('stoa.establishment', true) or"
        " current_setting('stoa.establishment', true) = '*');"
        " grant select on bench_rows, bench_guarded to stoa_app;"
        " create table bench_inserts (id bigint generated always as identity primary key,"
        " establishment_id text not null, author text, content text,"
        " at timestamptz default now());"
        " vacuum analyze;");
  }

  // -- pgbench --------------------------------------------------------------------------

  void pgbench_sql(const std::string& sql) {
    std::ofstream{folder_ / "set-up.sql"} << sql;
    shell(program("psql") + " -qX -v ON_ERROR_STOP=1 -f " + (folder_ / "set-up.sql").string() +
          " '" + node_->owner_connection() + "'");
  }

  static std::string program(const std::string& name) {
    auto folder = find_postgres({}, {});
    if (!folder)
      throw std::runtime_error(folder.error().text);
    return (*folder / name).string();
  }

  std::string shell(const std::string& command) {
    auto* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string out;
    char space[4096];
    while (const auto got = std::fread(space, 1, sizeof space, pipe))
      out.append(space, got);
    if (::pclose(pipe) != 0)
      throw std::runtime_error(command + ": " + out);
    return out;
  }

  // One word for the shell, whatever quotes are in it.
  static std::string quoted(const std::string& word) {
    std::string out = "'";
    for (const char c : word)
      out += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return out + "'";
  }

  double pgbench(const std::string& script, int clients, const std::string& connection,
                 const char* mode = "prepared") {
    std::ofstream{folder_ / "bench.sql"} << script;
    const auto said = shell(fmt::format("{} -n -M {} -f {} -c {} -j 1 -T {} {}", program("pgbench"),
                                        mode, (folder_ / "bench.sql").string(), clients,
                                        plan_.seconds, quoted(connection)));
    const auto at = said.find("tps = ");
    if (at == std::string::npos)
      throw std::runtime_error("pgbench said: " + said);
    return std::stod(said.substr(at + 6));
  }

  // -- measures -------------------------------------------------------------------------

  // What one operation of `work` cost this process and PostgreSQL, in microseconds of CPU time.
  template <class Work>
  double costing(Work work) {
    std::string postmaster;
    for (const auto& each : std::filesystem::recursive_directory_iterator{folder_})
      if (each.path().filename() == "postmaster.pid")
        std::getline(std::ifstream{each.path()} >> std::ws, postmaster);
    const auto here = cpu_seconds();
    const auto there = postgres_seconds(postmaster);
    const auto begin = std::chrono::steady_clock::now();
    const auto rate = work();
    const auto count =
        rate * std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    here_.push_back((cpu_seconds() - here) / count * 1e6);
    there_.push_back((postgres_seconds(postmaster) - there) / count * 1e6);
    return rate;
  }

  void show_cost() {
    std::cout << fmt::format("{:<44} {:>10.1f} {:>10.1f} µs of CPU\n",
                             "  one of ours: server, PostgreSQL", median(std::exchange(here_, {})),
                             median(std::exchange(there_, {})));
  }

  double http(const std::string& path, std::uint16_t port, const std::string& token) {
    return http(path, port, token, "");
  }
  double http(const std::string& path, std::uint16_t port, const std::string& token,
              const std::string& etag) {
    client_process client{
        {"http", std::to_string(port), path, token, "64", std::to_string(plan_.seconds), etag}};
    const auto said = client.line();
    if (said.empty())
      throw std::runtime_error("the HTTP client ended without a figure");
    return std::stod(said);
  }

  template <class Ours, class Floor>
  std::pair<double, double> in_turn(Ours ours, Floor floor) {
    std::vector<double> a;
    std::vector<double> b;
    for (int i = 0; i < plan_.rounds; ++i) {
      b.push_back(floor());
      a.push_back(costing(ours));
    }
    return {median(a), median(b)};
  }

  void row_read() {
    const auto [ours, floor] =
        in_turn([&] { return http("/api/auth/user", port_, small_.users.front().token); },
                [&] {
                  return pgbench(
                      "\\set id random(1, 10000)\n"
                      "select id, establishment_id, name, payload from bench_rows where id = :id;",
                      16, node_->owner_connection());
                });
    show("signed-in tenant row over HTTP / pgbench select", ours, floor, "/s", ours / floor,
         "at least 0.45", ours / floor >= 0.45);
    show_cost();
  }

  void post() {
    const auto tokens = folder_ / "tokens";
    const auto rooms = folder_ / "rooms";
    std::ofstream to{tokens};
    std::ofstream in{rooms};
    for (const auto& group : small_.groups)
      in << group.id << '\n';
    for (std::size_t i = 0; i < 64; ++i) {
      const auto& group = small_.groups[i % small_.groups.size()];
      to << small_.users[group.members[i / small_.groups.size()]].token << '\n';
    }
    to.close();
    in.close();
    const auto [ours, floor] = in_turn(
        [&] {
          client_process client{{"post", std::to_string(port_), tokens.string(), rooms.string(),
                                 std::to_string(plan_.seconds)}};
          const auto said = client.line();
          if (said.empty())
            throw std::runtime_error("the posting client ended without a figure");
          return std::stod(said);
        },
        [&] {
          return pgbench(
              "insert into bench_inserts (establishment_id, author, content) values"
              " ('est-load', 'load-user-1', 'The quick brown fox jumps over the dog.');",
              16, node_->owner_connection());
        });
    show("durable post, 64 clients / pgbench insert, 16", ours, floor, "/s", ours / floor,
         "at least 1.2", ours / floor >= 1.2);
    show_cost();
  }

  void no_database() {
    floor_http beast{plan_.io_threads};
    const auto [ours, floor] =
        in_turn([&] { return http("/api/health", port_, small_.users.front().token); },
                [&] { return http("/", beast.port(), ""); });
    show("signed-in request without a row / bare Beast", ours, floor, "/s", ours / floor,
         "at least 0.7", ours / floor >= 0.7);
    show_cost();
  }

  void row_level_security() {
    const std::string pick = "\\set id random(1, 10000)\n\\startpipeline\n";
    const auto [with, without] = in_turn(
        [&] {
          return pgbench(pick +
                             "select set_config('stoa.establishment', 'est-load', true);\n"
                             "select id, name, payload from bench_guarded where id = :id;\n"
                             "\\endpipeline",
                         16, node_->app_connection());
        },
        [&] {
          return pgbench(pick +
                             "select id, name, payload from bench_rows where id = :id;\n"
                             "\\endpipeline",
                         16, node_->app_connection());
        });
    here_.clear();
    there_.clear();
    const auto cost = 1 - with / without;
    show("row-level security, share of a single-row read", with, without, "/s", cost,
         "at most 0.20", cost <= 0.20);
  }

  // Messages to 1,000 sockets, as many under way as the receivers keep up with; deliveries per
  // second of our CPU time.
  void fan_out() {
    constexpr std::size_t receivers = 1000;
    const std::string text(100, 'x');
    const auto& room = big_.groups.front();
    const auto tokens = folder_ / "listeners";
    {
      std::ofstream to{tokens};
      for (std::size_t i = 0; i < receivers; ++i)
        to << big_.users[room.members[i]].token << '\n';
    }
    const auto ours = [&] {
      client_process listeners{
          {"listen", std::to_string(port_), "/realtime", tokens.string(), "0", room.id}};
      if (listeners.line() != "ready")
        throw std::runtime_error("the listeners did not join");
      const auto poster = folder_ / "poster";
      const auto rooms = folder_ / "room";
      {
        std::ofstream to{poster};
        for (std::size_t i = 0; i < 16; ++i)
          to << big_.users[room.members[i]].token << '\n';
        std::ofstream{rooms} << room.id << '\n';
      }
      const auto cpu = cpu_seconds();
      const auto frames = node_->edge().counters().frames;
      client_process posting{{"post", std::to_string(port_), poster.string(), rooms.string(),
                              std::to_string(plan_.seconds)}};
      if (posting.line().empty())
        throw std::runtime_error("the poster ended without a figure");
      return static_cast<double>(node_->edge().counters().frames - frames) / (cpu_seconds() - cpu);
    };
    const auto floor = [&] {
      floor_fanout beast{2};
      client_process listeners{
          {"listen", std::to_string(beast.port()), "/", "-", std::to_string(receivers), ""}};
      if (listeners.line() != "ready")
        throw std::runtime_error("the listeners did not join the floor");
      const auto cpu = cpu_seconds();
      const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{plan_.seconds};
      // The event of a message is about 300 bytes.
      const auto message = std::make_shared<const std::string>(300, 'x');
      std::uint64_t sent = 0;
      while (std::chrono::steady_clock::now() < end) {
        beast.send(message);
        ++sent;
        std::this_thread::sleep_for(std::chrono::milliseconds{4});
      }
      return static_cast<double>(sent * receivers) / (cpu_seconds() - cpu);
    };
    const auto [a, b] = in_turn(ours, floor);
    show("deliveries per CPU second, 1,000 sockets / Beast", a, b, "/CPU s", a / b, "above 1",
         a / b > 1);
  }

  void idle_memory() {
    const auto tokens = folder_ / "idle";
    {
      std::ofstream to{tokens};
      for (std::size_t i = 0; i < plan_.idle; ++i)
        to << big_.users[i].token << '\n';
    }
    const auto before = resident_kib();
    client_process sitting{
        {"listen", std::to_string(port_), "/realtime", tokens.string(), "0", ""}};
    if (sitting.line() != "ready")
      throw std::runtime_error("the idle sockets did not join");
    const auto each = (resident_kib() - before) / static_cast<double>(plan_.idle);
    show(fmt::format("KiB for each of {} idle signed-in sockets", plan_.idle), each, 8, "KiB", each,
         "at most 8", each <= 8);
  }

  // -- an intranet ------------------------------------------------------------------------

  std::uint16_t intranet_port() const { return node_->sites().back().port; }

  void news() {
    const auto some = seed_intranet_people();
    const auto list = fetch(intranet_port(), "/api/announcements", some.front());
    floor_http beast{plan_.io_threads, list.body};
    const auto measure = [&](const char* what, const std::string& etag, const char* aim,
                             double least) {
      const auto [ours, floor] =
          in_turn([&] { return http("/api/announcements", intranet_port(), some.front(), etag); },
                  [&] { return http("/", beast.port(), ""); });
      show(what, ours, floor, "/s", ours / floor, aim, ours / floor >= least);
      show_cost();
    };
    measure("20 announcements / bare Beast, same bytes", "", "at least 0.5", 0.5);
    measure("their 304 / bare Beast, all the bytes", list.etag, "at least 0.8", 0.8);
  }

  void people() {
    const auto some = seed_intranet_people();
    auto guarded = intranet_connection(node_->app_connection());
    const auto [ours, floor] =
        in_turn([&] { return http(people_page_path, intranet_port(), some.front()); },
                [&] { return pgbench(people_page_sql(), 16, guarded); });
    show("page of 12,000 people / pgbench, the same SQL", ours, floor, "/s", ours / floor,
         "at least 0.3", ours / floor >= 0.3);
    show_cost();
  }

  void search() {
    const auto some = seed_intranet_people();
    pgbench_sql(intranet_letters_sql());
    const auto file = folder_ / "searches";
    {
      std::ofstream to{file};
      for (std::size_t i = 0; i < 400; ++i)
        to << "/api/search/messages?q=" << something_to_find(i) << ' ' << some[i % some.size()]
           << '\n';
    }
    std::vector<double> slowest;
    const auto [rate, none] = in_turn(
        [&] {
          client_process client{{"mix", std::to_string(intranet_port()), file.string(), "16",
                                 std::to_string(plan_.seconds)}};
          const auto said = client.line();
          if (said.empty())
            throw std::runtime_error("the searching client ended without a figure");
          slowest.push_back(std::stod(client.line()));
          return std::stod(said);
        },
        [] { return 0.0; });
    const auto p99 = median(slowest);
    show(fmt::format("p99 of a search in 100,000 letters, {:.0f}/s", rate), p99, 50, "ms", p99 / 50,
         "at most 50 ms", p99 <= 50);
    show_cost();
  }

  // Once; gives back the sessions of sixteen of them.
  const std::vector<std::string>& seed_intranet_people() {
    if (intranet_tokens_.empty()) {
      for (int i = 0; i < 16; ++i)
        intranet_tokens_.push_back(fresh_token());
      pgbench_sql(intranet_people_sql(intranet_tokens_));
    }
    return intranet_tokens_;
  }

  static std::filesystem::path scratch() {
    std::string name = "/tmp/stoa-bench-XXXXXX";
    if (!::mkdtemp(name.data()))
      throw std::runtime_error("mkdtemp failed");
    // PostgreSQL runs as another user when we are root, and has to get in.
    std::filesystem::permissions(name, std::filesystem::perms{0711});
    return name;
  }

  std::filesystem::path folder_ = scratch();
  plan plan_;
  std::unique_ptr<node> node_;
  std::uint16_t port_ = 0;
  load_people small_;
  load_people big_;
  std::vector<std::string> intranet_tokens_;
  std::vector<double> here_;  // microseconds for each operation, a round each
  std::vector<double> there_;
};

std::vector<std::string> lines_of(const std::string& file) {
  std::vector<std::string> out;
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

int be_client(const std::vector<std::string>& how) {
  const auto& kind = how.at(0);
  const auto port = static_cast<std::uint16_t>(std::stoul(how.at(1)));
  if (kind == "http") {
    const auto& etag = how.at(6);
    std::cout << http_loop(port, {request_for(how.at(2), how.at(3), etag)}, std::stoi(how.at(4)),
                           std::stod(how.at(5)), etag.empty() ? 200 : 304)
                     .rate
              << std::endl;
  } else if (kind == "mix") {
    std::vector<std::string> requests;
    for (const auto& line : lines_of(how.at(2)))
      requests.push_back(
          request_for(line.substr(0, line.find(' ')), line.substr(line.find(' ') + 1), ""));
    const auto end = http_loop(port, requests, std::stoi(how.at(3)), std::stod(how.at(4)));
    std::cout << end.rate << '\n' << end.p99_ms << std::endl;
  } else if (kind == "post") {
    std::cout << post_loop(port, lines_of(how.at(2)), lines_of(how.at(3)), std::stod(how.at(4)))
              << std::endl;
  } else {
    listen_in(port, how.at(2), lines_of(how.at(3)), std::stoul(how.at(4)), how.at(5));
  }
  return 0;
}

}  // namespace
}  // namespace stoa::bench

int main(int argc, char** argv) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (!words.empty() && words.front() == "client")
      return stoa::bench::be_client({words.begin() + 1, words.end()});
    stoa::bench::plan what;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      if (words[i] == "--seconds")
        what.seconds = std::stoi(words[i + 1]);
      else if (words[i] == "--rounds")
        what.rounds = std::stoi(words[i + 1]);
      else if (words[i] == "--idle")
        what.idle = std::stoul(words[i + 1]);
      else if (words[i] == "--only")
        what.only = words[i + 1];
      else if (words[i] == "--io-threads")
        what.io_threads = static_cast<std::uint32_t>(std::clamp(std::stoi(words[i + 1]), 1, 64));
      else
        throw std::runtime_error(
            "stoa-bench [--seconds 5] [--rounds 3] [--idle 10000] [--io-threads N]"
            " [--only row|post|bare|rls|fanout|idle|news|people|search]");
    }
    stoa::bench::run{std::move(what)}.all();
    return 0;
  } catch (const std::exception& why) {
    std::cerr << "stoa-bench: " << why.what() << '\n';
    return 1;
  }
}
