#include "net/files.hpp"

#include "net/header_text.hpp"
#include "net/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sys/stat.h>

namespace stoa {

namespace {

std::optional<std::uint64_t> number(std::string_view digits) noexcept {
  std::uint64_t value = 0;
  auto [end, why] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (why != std::errc{} || end != digits.data() + digits.size())
    return std::nullopt;
  return value;
}

}  // namespace

std::string file_tag(const struct stat& facts) {
  return fmt::format("\"{:x}-{:x}{:08x}\"", facts.st_size, facts.st_mtim.tv_sec,
                     facts.st_mtim.tv_nsec);
}

std::string http_date(std::time_t when) {
  std::tm parts{};
  gmtime_r(&when, &parts);
  char text[40];
  auto size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

std::optional<std::time_t> read_http_date(std::string_view text) {
  std::tm parts{};
  const std::string all{text};
  const char* end = strptime(all.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (!end || *end != '\0')
    return std::nullopt;
  return timegm(&parts);
}

bool is_unmodified(std::string_view since, std::time_t changed) {
  const auto when = read_http_date(since);
  return when && changed <= *when;
}

range_kind read_range(std::string_view header, std::uint64_t size, byte_range& into) noexcept {
  into = {0, size};
  constexpr std::string_view unit = "bytes=";
  if (header.size() <= unit.size() || !same_text(header.substr(0, unit.size()), unit) ||
      header.find(',') != std::string_view::npos)
    return range_kind::whole;
  auto spec = trimmed(header.substr(unit.size()));
  auto dash = spec.find('-');
  if (dash == std::string_view::npos)
    return range_kind::whole;
  auto left = spec.substr(0, dash);
  auto right = spec.substr(dash + 1);
  if (left.empty()) {
    auto suffix = number(right);
    if (!suffix)
      return range_kind::whole;
    if (*suffix == 0 || size == 0)
      return range_kind::impossible;
    into.count = std::min(*suffix, size);
    into.first = size - into.count;
    return range_kind::part;
  }
  auto first = number(left);
  auto last = right.empty() ? std::optional<std::uint64_t>{UINT64_MAX} : number(right);
  if (!first || !last || *last < *first)
    return range_kind::whole;
  if (*first >= size)
    return range_kind::impossible;
  into.first = *first;
  into.count = std::min(*last, size - 1) - *first + 1;
  return range_kind::part;
}

}  // namespace stoa
