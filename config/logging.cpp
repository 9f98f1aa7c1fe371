#include "config/logging.hpp"

#include <spdlog/async.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace stoa {
namespace {

constexpr std::array<std::string_view, 14> areas{
    "root",     "net",     "http",     "persistence", "people", "groups",  "forum",
    "learning", "consent", "checkins", "intranet",    "jobs",   "cluster", "statements"};

// Stands before a trace, a message and each field of a line that has them, in this order; whatever
// is written between loses it. A field is `name=text` or `name:number`.
constexpr char field_mark = '\x1f';

struct line_parts {
  std::string_view trace;
  std::string_view message;
  std::string_view fields;

  /// Takes the next field; false when there is none.
  bool next(log_field& into) {
    if (fields.empty())
      return false;
    auto one = fields.substr(1, fields.find(field_mark, 1) - 1);
    fields.remove_prefix(one.size() + 1);
    auto sign = std::min(one.find_first_of("=:"), one.size() - 1);
    into = {one.substr(0, sign), one.substr(sign + 1), one[sign] == ':'};
    return true;
  }
};

line_parts line_parts_of(const spdlog::details::log_msg& line) {
  std::string_view text{line.payload.data(), line.payload.size()};
  if (text.empty() || text.front() != field_mark)
    return {{}, text, {}};
  auto end = text.find(field_mark, 1);
  if (end == std::string_view::npos)
    return {{}, text, {}};
  auto rest = text.substr(end + 1);
  auto message = rest.substr(0, rest.find(field_mark));
  return {text.substr(1, end - 1), message, rest.substr(message.size())};
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
    auto parts = line_parts_of(line);
    add(R"({"time":")", into);
    add_time(line.time, into);
    add(R"(","level":")", into);
    auto level = spdlog::level::to_string_view(line.level);
    add({level.data(), level.size()}, into);
    add(R"(","area":")", into);
    add_escaped({line.logger_name.data(), line.logger_name.size()}, true, into);
    fmt::format_to(std::back_inserter(into), R"(","thread":{})", line.thread_id);
    if (!parts.trace.empty())
      add_member({"trace", parts.trace}, into);
    add_member({"message", parts.message}, into);
    for (log_field each; parts.next(each);)
      add_member(each, into);
    add("}\n", into);
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<json_formatter>();
  }

private:
  static void add_member(const log_field& what, spdlog::memory_buf_t& into) {
    const std::string_view quote = what.number ? "" : "\"";
    add(",\"", into);
    add(what.name, into);
    add("\":", into);
    add(quote, into);
    add_escaped(what.value, true, into);
    add(quote, into);
  }
};

class human_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& into) override {
    auto parts = line_parts_of(line);
    add_time(line.time, into);
    auto level = spdlog::level::to_string_view(line.level);
    fmt::format_to(std::back_inserter(into), " {:<7} {:<11} ",
                   std::string_view{level.data(), level.size()},
                   std::string_view{line.logger_name.data(), line.logger_name.size()});
    if (!parts.trace.empty()) {
      add("[", into);
      add_escaped(parts.trace, false, into);
      add("] ", into);
    }
    add_escaped(parts.message, false, into);
    for (log_field each; parts.next(each);) {
      add(" ", into);
      add(each.name, into);
      add("=", into);
      // Several words are one value.
      const std::string_view quote = each.value.find(' ') == std::string_view::npos ? "" : "\"";
      add(quote, into);
      add_escaped(each.value, false, into);
      add(quote, into);
    }
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

std::string with_trace(std::string_view trace, std::string_view message,
                       std::span<const log_field> fields) {
  if (trace.empty() && fields.empty())
    return std::string{message};
  std::string text;
  auto add_part = [&](std::string_view part) {
    auto from = text.size();
    text += part;
    std::replace(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), field_mark, ' ');
  };
  text += field_mark;
  add_part(trace);
  text += field_mark;
  add_part(message);
  for (const auto& each : fields) {
    text += field_mark;
    text += each.name;
    text += each.number ? ':' : '=';
    add_part(each.value);
  }
  return text;
}

}  // namespace stoa
