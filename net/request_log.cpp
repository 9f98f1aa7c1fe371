#include "net/request_log.hpp"

#include "config/logging.hpp"
#include "net/request.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>

#include <array>

namespace stoa {

namespace {

// A method or a version that nobody speaks is the client's affair.
bool is_ours(int status) noexcept {
  return status >= 500 && status != 501 && status != 505;
}

spdlog::level::level_enum level_of(int status) noexcept {
  return is_ours(status) ? spdlog::level::warn : spdlog::level::debug;
}

// No field of HTTP has such a name.
constexpr std::string_view user_field = "(user)";
constexpr std::string_view cause_field = "(cause)";

bool is_note(std::string_view name) noexcept {
  return name.starts_with('(');
}

}  // namespace

void put_note(const reply_note& what, header_list& into) {
  if (!what.user.empty())
    into.add(user_field, what.user);
  if (!what.cause.empty())
    into.add(cause_field, what.cause);
}

reply_note take_note(header_list& from) {
  reply_note out;
  bool found = false;
  for (std::size_t i = 0; i < from.size() && !found; ++i)
    found = is_note(from[i].name);
  if (!found)
    return out;
  out = {std::string{from.find(user_field)}, std::string{from.find(cause_field)}};
  header_list rest;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (auto [name, value] = from[i]; !is_note(name))
      rest.add(name, value);
  from = std::move(rest);
  return out;
}

bool leaves_line(const spdlog::logger& log, int status) {
  return log.should_log(level_of(status));
}

void write_line(spdlog::logger& log, const request_line& what) {
  const auto ms =
      fmt::format("{:.1f}", std::chrono::duration<double, std::milli>{what.took}.count());
  const fmt::format_int status{what.status};
  const fmt::format_int bytes{what.bytes};
  std::array<log_field, 7> fields;
  std::size_t count = 0;
  const auto add = [&](std::string_view name, std::string_view value, bool number = false) {
    if (!value.empty())
      fields[count++] = {name, value, number};
  };
  add("method", what.method);
  add("path", what.path);
  add("status", {status.data(), status.size()}, true);
  add("ms", ms, true);
  add("bytes", {bytes.data(), bytes.size()}, true);
  add("user", what.note.user);
  add("cause", what.note.cause);
  log.log(level_of(what.status), with_trace(what.id, "request", {fields.data(), count}));
}

}  // namespace stoa
