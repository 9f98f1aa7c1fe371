#include "config/values.hpp"

#include "config/trim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace stoa {
namespace {

using namespace std::chrono_literals;

/// A unit and how many of the smallest it is.
using unit = std::pair<std::string_view, std::uint64_t>;

constexpr std::array<unit, 4> size_units{
    {{"GiB", 1024ULL * 1024 * 1024}, {"MiB", 1024ULL * 1024}, {"KiB", 1024}, {"B", 1}}};
constexpr std::array<unit, 5> time_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}}};

fault is_not(std::string_view what) {
  return fail(fault_code::invalid, fmt::format("is not {}", what));
}

/// A whole number without a sign, and what follows it.
template <class Number>
bool read_number(std::string_view text, Number& into, std::string_view& rest) {
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), into);
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return failed == std::errc{};
}

template <std::size_t N>
bool read_with_unit(std::string_view text, const std::array<unit, N>& units, std::uint64_t& into) {
  std::string_view name;
  if (!read_number(text, into, name))
    return false;
  name = trim(name);
  for (const auto& [spelling, factor] : units) {
    if (name != spelling)
      continue;
    if (into > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / factor)
      return false;
    into *= factor;
    return true;
  }
  return false;
}

/// With the largest unit that leaves a whole number.
template <std::size_t N>
std::string write_with_unit(std::uint64_t value, const std::array<unit, N>& units) {
  for (const auto& [spelling, factor] : units)
    if (value % factor == 0 && (value != 0 || factor == 1))
      return fmt::format("{}{}", value / factor, spelling);
  return std::to_string(value);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// A token of RFC 9110 §5.6.2.
bool is_cookie_name(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

/// An operationId is written with capitals too.
bool is_rate_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || is_name({&c, 1});
  });
}

/// The two sides of the first `mark`.
bool cut(std::string_view text, char mark, std::string_view& left, std::string_view& right) {
  auto at = text.find(mark);
  if (at == std::string_view::npos)
    return false;
  left = trim(text.substr(0, at));
  right = trim(text.substr(at + 1));
  return true;
}

}  // namespace

bool is_log_level(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> names{"trace",   "debug", "info",
                                                  "warning", "error", "off"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> parts;
  text = trim(text);
  while (!text.empty()) {
    auto comma = text.find(',');
    if (auto part = trim(text.substr(0, comma)); !part.empty())
      parts.push_back(part);
    if (comma == std::string_view::npos)
      break;
    text.remove_prefix(comma + 1);
  }
  return parts;
}

// -- reading ----------------------------------------------------------------------

outcome<void> read_value(std::string_view text, bool& into) {
  for (std::string_view yes : {"true", "yes", "on", "1"})
    if (text == yes)
      return into = true, outcome<void>{};
  for (std::string_view no : {"false", "no", "off", "0"})
    if (text == no)
      return into = false, outcome<void>{};
  return is_not("yes or no");
}

outcome<void> read_value(std::string_view text, std::uint32_t& into) {
  std::string_view rest;
  std::uint32_t number = 0;
  if (!read_number(text, number, rest) || !rest.empty())
    return is_not("a whole number");
  into = number;
  return {};
}

outcome<void> read_value(std::string_view text, byte_size& into) {
  std::uint64_t bytes = 0;
  std::string_view rest;
  bool plain = read_number(text, bytes, rest) && rest.empty();
  if (!plain && !read_with_unit(text, size_units, bytes))
    return is_not("a size such as 4096, 64KiB or 20MiB");
  into.bytes = bytes;
  return {};
}

outcome<void> read_value(std::string_view text, duration& into) {
  std::uint64_t amount = 0;
  if (!read_with_unit(text, time_units, amount))
    return is_not("a time such as 500ms, 30s, 15min, 12h or 7d");
  into = duration{static_cast<duration::rep>(amount)};
  return {};
}

outcome<void> read_value(std::string_view text, std::string& into) {
  into = text;
  return {};
}

outcome<void> read_value(std::string_view text, std::filesystem::path& into) {
  into = text;
  return {};
}

outcome<void> read_value(std::string_view text, log_format& into) {
  if (text != "human" && text != "json")
    return is_not("human or json");
  into = text == "json" ? log_format::json : log_format::human;
  return {};
}

outcome<void> read_value(std::string_view text, metrics_readers& into) {
  if (text == "open")
    into = metrics_readers::open;
  else if (text == "loopback")
    into = metrics_readers::loopback;
  else if (text == "off")
    into = metrics_readers::off;
  else
    return is_not("open, loopback or off");
  return {};
}

outcome<void> read_value(std::string_view text, site_setting& into) {
  constexpr auto wanted = "EDITION:PORT, as in intrasphere:8080";
  std::string_view edition;
  std::string_view port;
  std::string_view establishment;
  if (!cut(text, ':', edition, port) || !is_name(edition))
    return is_not(wanted);
  std::string_view all = port;
  if (cut(all, '@', port, establishment) && !is_name(establishment))
    return is_not("EDITION:PORT@ESTABLISHMENT with the establishment's slug");
  std::uint16_t number = 0;
  std::string_view rest;
  if (!read_number(port, number, rest) || !rest.empty())
    return is_not(wanted);
  into = {std::string{edition}, number, std::string{establishment}};
  return {};
}

outcome<void> read_value(std::string_view text, front_setting& into) {
  std::string_view edition;
  std::string_view folder;
  if (!cut(text, '=', edition, folder) || !is_name(edition) || folder.empty())
    return is_not("EDITION=FOLDER");
  into = {std::string{edition}, folder};
  return {};
}

outcome<void> read_value(std::string_view text, cookie_setting& into) {
  std::string_view of;
  std::string_view name;
  cookie_setting made;
  site_setting site;
  const bool has_port = text.substr(0, text.find('=')).find(':') != std::string_view::npos;
  if (!cut(text, '=', of, name) || !is_cookie_name(name) ||
      (has_port ? !read_value(of, site) || !site.establishment.empty() : !is_name(of)))
    return is_not("EDITION=NAME or EDITION:PORT=NAME, as in intrasphere:5001=intranet.sid");
  into = {has_port ? site.edition : std::string{of}, site.port, std::string{name}};
  return {};
}

outcome<void> read_value(std::string_view text, rate_setting& into) {
  std::string_view name;
  std::string_view rate;
  std::string_view count;
  std::string_view per;
  rate_setting made;
  if (!cut(text, '=', name, rate) || !is_rate_name(name) || !cut(rate, '/', count, per) ||
      !read_value(count, made.count) || !read_value(per, made.per) || made.per <= 0ms)
    return is_not("NAME=COUNT/TIME, as in postApiAuthLogin=10/60s");
  made.name = name;
  into = std::move(made);
  return {};
}

outcome<void> read_value(std::string_view text, log_level_setting& into) {
  std::string_view area;
  std::string_view level;
  if (!cut(text, '=', area, level) || !is_name(area) || !is_log_level(level))
    return is_not("AREA=LEVEL with a level of trace, debug, info, warning, error, off");
  into = {std::string{area}, std::string{level}};
  return {};
}

// -- writing ----------------------------------------------------------------------

std::string write_value(bool value) {
  return value ? "yes" : "no";
}

std::string write_value(std::uint32_t value) {
  return std::to_string(value);
}

std::string write_value(byte_size value) {
  return write_with_unit(value.bytes, size_units);
}

std::string write_value(duration value) {
  return write_with_unit(static_cast<std::uint64_t>(value.count()), time_units);
}

std::string write_value(const std::string& value) {
  return value;
}

std::string write_value(const std::filesystem::path& value) {
  return value.string();
}

std::string write_value(log_format value) {
  return value == log_format::json ? "json" : "human";
}

std::string write_value(metrics_readers value) {
  constexpr const char* words[] = {"open", "loopback", "off"};
  return words[static_cast<std::size_t>(value)];
}

std::string write_value(const site_setting& value) {
  auto text = fmt::format("{}:{}", value.edition, value.port);
  return value.establishment.empty() ? text : text + '@' + value.establishment;
}

std::string write_value(const front_setting& value) {
  return value.edition + '=' + value.folder.string();
}

std::string write_value(const cookie_setting& value) {
  return value.port == 0 ? fmt::format("{}={}", value.edition, value.name)
                         : fmt::format("{}:{}={}", value.edition, value.port, value.name);
}

std::string write_value(const rate_setting& value) {
  return fmt::format("{}={}/{}", value.name, value.count, write_value(value.per));
}

std::string write_value(const log_level_setting& value) {
  return value.area + '=' + value.level;
}

}  // namespace stoa
