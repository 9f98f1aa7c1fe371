#include "tools/load/checkins.hpp"

#include "tools/load/list_socket.hpp"
#include "tools/load/poster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <iostream>

namespace stoa::load {

namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

constexpr auto compare_again = 250ms;
constexpr std::size_t most_posters = 32;
constexpr std::string_view list_begin = R"({"type":"checkIns","data":)";

/// One run, from connecting to the verdict. One thread.
class campus_run final : public list_listener {
public:
  campus_run(const crew_options& how, const people& who, const checkins_options& what,
             std::size_t followers)
      : how_(how), who_(who), what_(what), states_(followers) {
    for (std::size_t i = 0; i < followers; ++i)
      to_dial_.push_back(followers - 1 - i);
  }

  report run();

  void on_open(list_socket&) override { ++opened_; }
  void on_message(list_socket& who, std::string_view first, std::uint64_t print, std::size_t size,
                  std::string_view text) override;
  void on_end(list_socket& who, const ending& why) override;

private:
  enum class phase : std::uint8_t { gathering, talking, settling, over };
  struct follower {
    std::shared_ptr<list_socket> wire;
    std::uint64_t last = 0;   // fingerprint of its last list
    std::uint32_t lists = 0;  // whole lists it was pushed
    bool greeted = false;
  };

  void tick();
  void dial();
  void begin_talking();
  void say_what_is_due();
  void post(std::uint64_t number, poster& by);
  void look_at(std::string_view text, std::size_t watcher);
  void compare();
  void stop();
  void each_second();
  void broken(const std::string& promise, const std::string& example);
  [[nodiscard]] std::size_t same() const;
  report sum_up();

  const crew_options& how_;
  const people& who_;
  const checkins_options& what_;
  asio::io_context io_{1};
  asio::steady_timer timer_{io_};
  asio::signal_set signals_{io_, SIGINT, SIGTERM};
  std::vector<follower> states_;
  std::vector<std::size_t> to_dial_;
  std::size_t dialing_ = 0, opened_ = 0, greeted_ = 0, lost_ = 0;
  std::vector<std::shared_ptr<poster>> posters_;
  std::vector<steady::time_point> said_;  // by number of the check-in
  std::vector<std::vector<bool>> seen_;   // by watcher, then by number
  std::uint64_t answered_ = 0;
  std::map<unsigned, std::uint64_t> statuses_;
  histogram answers_, pushes_;
  std::uint64_t bytes_ = 0, lists_ = 0, list_bytes_ = 0;
  std::uint64_t wanted_ = 0;  // fingerprint of the server's list
  bool comparing_ = false;
  phase phase_ = phase::gathering;
  steady::time_point began_, talking_, quiet_, second_, last_look_;
  usage before_, gathered_, talked_, end_;
  std::uint64_t highest_ = 0;
  std::string run_name_ = fmt::format("L{:06x}", std::random_device{}() & 0xffffffU);
  std::map<std::string, breach> breaches_;
};

void campus_run::broken(const std::string& promise, const std::string& example) {
  auto& to = breaches_[promise];
  ++to.count;
  if (to.examples.size() < 5)
    to.examples.push_back(example);
}

// -- following --------------------------------------------------------------------------

void campus_run::dial() {
  while (!to_dial_.empty() && dialing_ < how_.dialing) {
    const auto index = to_dial_.back();
    to_dial_.pop_back();
    ::stoa::load::dial call;
    call.to = &how_.where;
    call.token = who_.users[index].token;
    call.receive_buffer = what_.receive_buffer;
    if (how_.where.loopback && how_.per_address > 0) {
      const auto number = index / how_.per_address + 1;
      call.from = fmt::format("127.0.{}.{}", number / 250, number % 250 + 1);
    }
    ++dialing_;
    states_[index].wire = std::make_shared<list_socket>(io_, std::move(call), "/ws",
                                                        index < what_.watchers, *this, index);
    states_[index].wire->start();
  }
}

void campus_run::on_message(list_socket& who, std::string_view first, std::uint64_t print,
                            std::size_t size, std::string_view text) {
  auto& state = states_[who.number()];
  bytes_ += size;
  if (!std::exchange(state.greeted, true)) {
    ++greeted_;
    --dialing_;
  }
  if (!first.starts_with(list_begin))
    return;
  state.last = print;
  ++state.lists;
  ++lists_;
  list_bytes_ += size;
  if (who.number() < seen_.size())
    look_at(text, who.number());
}

void campus_run::on_end(list_socket& who, const ending& why) {
  auto& state = states_[who.number()];
  if (!state.greeted)
    --dialing_;
  state.wire = nullptr;
  ++lost_;
  broken("followers stay connected",
         fmt::format("follower {}: code {} {}", who.number(), why.code, why.text));
}

// Every place is named after its number, so a watcher sees which check-ins a list brought.
void campus_run::look_at(std::string_view text, std::size_t watcher) {
  const auto present = steady::now();
  auto& seen = seen_[watcher];
  seen.resize(said_.size(), false);
  const auto mark = "\"locationName\":\"" + run_name_ + "-";
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at)) {
    at += mark.size();
    std::uint64_t number = 0;
    std::from_chars(text.data() + at, text.data() + text.size(), number);
    if (number >= seen.size() || seen[number])
      continue;
    seen[number] = true;
    pushes_.add(present - said_[number]);
  }
}

// -- saying -----------------------------------------------------------------------------

void campus_run::begin_talking() {
  phase_ = phase::talking;
  talking_ = steady::now();
  gathered_ = usage_of(how_.server_pid);
  bytes_ = lists_ = list_bytes_ = 0;
  seen_.resize(std::min<std::size_t>(what_.watchers, states_.size()));
}

void campus_run::say_what_is_due() {
  const std::chrono::duration<double> spent = steady::now() - talking_;
  const auto due = static_cast<std::uint64_t>(what_.rate * spent.count());
  while (said_.size() < due) {
    auto free = std::find_if(posters_.begin(), posters_.end(),
                             [](const auto& each) { return !each->busy(); });
    if (free == posters_.end()) {
      if (posters_.size() == most_posters)
        return;  // the next tick tries again; its latency counts from its turn
      posters_.push_back(std::make_shared<poster>(io_, how_.where));
      free = posters_.end() - 1;
    }
    said_.push_back(talking_ +
                    std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>(
                        static_cast<double>(said_.size()) / what_.rate)));
    post(said_.size() - 1, **free);
  }
}

void campus_run::post(std::uint64_t number, poster& by) {
  const auto& user = who_.users[number % states_.size()];
  const auto body = fmt::format(
      R"({{"locationName":"{}-{}","latitude":{:.4f},"longitude":{:.4f},"statusEmoji":"☕"}})",
      run_name_, number, 45.7 + static_cast<double>(number % 1000) / 10'000,
      4.8 + static_cast<double>(number % 997) / 10'000);
  by.ask("POST", "/api/checkins", user.token, body,
         [this, number](unsigned status, const std::string& text) {
           ++answered_;
           ++statuses_[status];
           answers_.add(steady::now() - said_[number]);
           if (status != 201)
             broken("check-ins are accepted", fmt::format("{}: {}", status, text.substr(0, 120)));
         });
}

// -- the verdict ------------------------------------------------------------------------

std::size_t campus_run::same() const {
  return static_cast<std::size_t>(
      std::count_if(states_.begin(), states_.end(),
                    [this](const follower& each) { return each.wire && each.last == wanted_; }));
}

void campus_run::compare() {
  if (posters_.empty())
    posters_.push_back(std::make_shared<poster>(io_, how_.where));
  auto& by = *posters_.front();
  if (comparing_ || by.busy())
    return;
  comparing_ = true;
  by.ask("GET", "/api/checkins", who_.users.front().token, {},
         [this](unsigned status, const std::string& text) {
           comparing_ = false;
           const auto data = text.find("\"data\":");
           if (status != 200 || data == text.npos)
             return;
           fingerprint print;
           print.add(list_begin);
           print.add(std::string_view{text}.substr(data + 7, text.size() - data - 8));
           print.add("}");
           wanted_ = print.value();
         });
}

void campus_run::tick() {
  timer_.expires_after(beat);
  timer_.async_wait([this](const error_code& why) {
    if (why)
      return;
    const auto present = steady::now();
    if (!how_.quiet && present - second_ >= 1s)
      each_second();
    switch (phase_) {
      case phase::gathering:
        dial();
        if (greeted_ + lost_ >= states_.size() || present - began_ > how_.gather)
          begin_talking();
        break;
      case phase::talking:
        say_what_is_due();
        if (present - talking_ >= what_.duration && answered_ == said_.size()) {
          phase_ = phase::settling;
          quiet_ = last_look_ = present;
          talked_ = usage_of(how_.server_pid);
        }
        break;
      case phase::settling:
        if (present - last_look_ >= compare_again) {
          last_look_ = present;
          compare();
        }
        if ((wanted_ != 0 && same() + lost_ == states_.size()) || present - quiet_ > how_.settle)
          return stop();
        break;
      case phase::over:
        return;
    }
    tick();
  });
}

void campus_run::each_second() {
  second_ = steady::now();
  const auto used = usage_of(how_.server_pid);
  highest_ = std::max(highest_, used.resident);
  std::cout << fmt::format(
                   "{:>4.0f}s  {:>6} following  {:>6} said  {:>9} lists  {:>8.1f} MB  push p50 "
                   "{:.0f} p99 {:.0f} ms  server {:.0f} MB",
                   std::chrono::duration<double>(second_ - began_).count(), greeted_ - lost_,
                   said_.size(), lists_, static_cast<double>(bytes_) / 1e6, pushes_.at(0.5),
                   pushes_.at(0.99), static_cast<double>(used.resident) / 1e6)
            << std::endl;
}

void campus_run::stop() {
  phase_ = phase::over;
  end_ = usage_of(how_.server_pid);
  for (auto& each : states_)
    if (each.wire)
      each.wire->stop();
  for (auto& each : posters_)
    each->stop();
  io_.stop();
}

report campus_run::run() {
  signals_.async_wait([this](const error_code& why, int) {
    if (!why)
      stop();
  });
  began_ = second_ = steady::now();
  before_ = usage_of(how_.server_pid);
  tick();
  io_.run();
  return sum_up();
}

report campus_run::sum_up() {
  const auto equal = same();
  for (const auto& each : states_)
    if (each.wire && each.last != wanted_)
      broken("everybody ends with the server's list",
             fmt::format("follower {} after {} lists", &each - states_.data(), each.lists));
  const auto took = std::chrono::duration<double>(steady::now() - talking_).count();
  const auto pushed =
      static_cast<double>(lists_) / static_cast<double>(std::max<std::size_t>(1, greeted_ - lost_));
  report out{"checkins"};
  out.section("campus");
  out.add("followers", static_cast<std::uint64_t>(greeted_));
  out.add("gathered_s", std::chrono::duration<double>(talking_ - began_).count());
  out.add("check_ins", static_cast<std::uint64_t>(said_.size()));
  for (const auto& [status, count] : statuses_)
    out.add("status_" + std::to_string(status), count);
  out.add("seconds", took);
  out.add("ended_with_the_servers_list", static_cast<std::uint64_t>(equal));
  out.section("pushes");
  out.add("lists_each", pushed);
  out.add("check_ins_per_list", pushed > 0 ? static_cast<double>(said_.size()) / pushed : 0.0);
  out.add("list_bytes",
          lists_ > 0 ? static_cast<double>(list_bytes_) / static_cast<double>(lists_) : 0.0);
  out.add("megabytes_per_second", static_cast<double>(bytes_) / took / 1e6);
  out.section("latency");
  out.add("answer", answers_);
  out.add("push", pushes_);
  if (how_.server_pid > 0) {
    const auto cpu = end_.cpu_seconds - gathered_.cpu_seconds;
    out.section("server");
    out.add("cpu_share", cpu / took);
    out.add("cpu_ms_per_push", pushed > 0 ? cpu * 1000 / pushed : 0.0);
    out.add("cpu_us_per_list", lists_ > 0 ? cpu * 1e6 / static_cast<double>(lists_) : 0.0);
    out.add("rss_before_mb", static_cast<double>(before_.resident) / 1e6);
    out.add("rss_gathered_mb", static_cast<double>(gathered_.resident) / 1e6);
    out.add("rss_highest_mb", static_cast<double>(std::max(highest_, end_.resident)) / 1e6);
  }
  out.breaches = breaches_;
  out.end = greeted_ == 0        ? verdict::unreachable
            : !breaches_.empty() ? verdict::broken
                                 : verdict::kept;
  return out;
}

}  // namespace

outcome<report> run_checkins(const crew_options& how, const people& who,
                             const checkins_options& what) {
  const auto followers = what.users == 0 ? who.users.size() : what.users;
  if (followers == 0 || followers > who.users.size())
    return fail(fault_code::invalid, "the file has fewer users than that");
  if (what.rate <= 0)
    return fail(fault_code::invalid, "somebody has to check in");
  campus_run run{how, who, what, followers};
  return run.run();
}

}  // namespace stoa::load
