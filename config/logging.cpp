#include "config/logging.hpp"

#include <spdlog/async.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <ctime>

namespace stoa {
namespace {

constexpr std::array<std::string_view, 13> areas{
    "root",     "net",     "http",     "persistence", "people", "groups", "forum",
    "learning", "consent", "checkins", "intranet",    "jobs",   "cluster"};

// Stands before and behind a trace inside a message; no text that we log contains it.
constexpr char mark = '\x1f';

struct line_parts {
  std::string_view trace;
  std::string_view message;
};

line_parts parts_of(const spdlog::details::log_msg& line) {
  std::string_view text{line.payload.data(), line.payload.size()};
  if (text.empty() || text.front() != mark)
    return {{}, text};
  auto end = text.find(mark, 1);
  if (end == std::string_view::npos)
    return {{}, text};
  return {text.substr(1, end - 1), text.substr(end + 1)};
}

/// ISO 8601 in UTC with milliseconds, whatever the machine's zone.
void add_time(spdlog::log_clock::time_point when, spdlog::memory_buf_t& into) {
  auto whole = std::chrono::floor<std::chrono::seconds>(when);
  auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(when - whole).count();
  std::time_t seconds = spdlog::log_clock::to_time_t(whole);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  fmt::format_to(std::back_inserter(into), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                 utc.tm_sec, millis);
}

void add_escaped(std::string_view text, bool as_json, spdlog::memory_buf_t& into) {
  auto out = std::back_inserter(into);
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (as_json && (c == '"' || c == '\\'))
      fmt::format_to(out, "\\{}", c);
    else if (byte < 0x20 || byte == 0x7f)  // also for people: a message cannot forge a line
      fmt::format_to(out, "\\u{:04x}", byte);
    else
      into.push_back(c);
  }
}

void add(std::string_view text, spdlog::memory_buf_t& into) {
  into.append(text.data(), text.data() + text.size());
}

class json_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& into) override {
    auto [trace, message] = parts_of(line);
    add(R"({"time":")", into);
    add_time(line.time, into);
    add(R"(","level":")", into);
    auto level = spdlog::level::to_string_view(line.level);
    add({level.data(), level.size()}, into);
    add(R"(","area":")", into);
    add_escaped({line.logger_name.data(), line.logger_name.size()}, true, into);
    fmt::format_to(std::back_inserter(into), R"(","thread":{})", line.thread_id);
    if (!trace.empty()) {
      add(R"(,"trace":")", into);
      add_escaped(trace, true, into);
      add("\"", into);
    }
    add(R"(,"message":")", into);
    add_escaped(message, true, into);
    add("\"}\n", into);
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<json_formatter>();
  }
};

class human_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& into) override {
    auto [trace, message] = parts_of(line);
    add_time(line.time, into);
    auto level = spdlog::level::to_string_view(line.level);
    fmt::format_to(std::back_inserter(into), " {:<7} {:<11} ",
                   std::string_view{level.data(), level.size()},
                   std::string_view{line.logger_name.data(), line.logger_name.size()});
    if (!trace.empty()) {
      add("[", into);
      add_escaped(trace, false, into);
      add("] ", into);
    }
    add_escaped(message, false, into);
    add("\n", into);
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<human_formatter>();
  }
};

}  // namespace

std::unique_ptr<spdlog::formatter> json_lines() {
  return std::make_unique<json_formatter>();
}

std::unique_ptr<spdlog::formatter> human_lines() {
  return std::make_unique<human_formatter>();
}

void start_logging(const settings& how) {
  spdlog::shutdown();
  spdlog::init_thread_pool(how.log_queue, 1);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(how.log == log_format::json ? json_lines() : human_lines());
  auto add_logger = [&](std::string_view name) {
    auto made =
        std::make_shared<spdlog::async_logger>(std::string{name}, sink, spdlog::thread_pool(),
                                               spdlog::async_overflow_policy::overrun_oldest);
    made->set_level(spdlog::level::from_str(how.log_level));
    made->flush_on(spdlog::level::warn);
    spdlog::register_logger(made);
    return made;
  };
  spdlog::set_default_logger(add_logger("stoa"));
  for (auto area : areas)
    add_logger(area);
  for (const auto& each : how.log_levels) {
    auto logger = spdlog::get(each.area);
    (logger ? logger : add_logger(each.area))->set_level(spdlog::level::from_str(each.level));
  }
}

void stop_logging() {
  spdlog::shutdown();
  // Whoever still logs finds a logger that does nothing.
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("stoa", std::make_shared<spdlog::sinks::null_sink_mt>()));
}

std::shared_ptr<spdlog::logger> log_of(std::string_view area) {
  auto found = spdlog::get(std::string{area});
  return found ? found : spdlog::default_logger();
}

std::string with_trace(std::string_view trace, std::string_view message) {
  if (trace.empty())
    return std::string{message};
  std::string text;
  text.reserve(trace.size() + message.size() + 2);
  text += mark;
  text += trace;
  text += mark;
  return text += message;
}

}  // namespace stoa
