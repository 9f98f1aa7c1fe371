#include "schema/moment.hpp"

#include <fmt/format.h>

namespace stoa {

namespace {

// A cursor over the text that reads fixed-width numbers and single characters.
struct scanner {
  std::string_view rest;

  [[nodiscard]] bool done() const { return rest.empty(); }

  bool eat(char c) {
    if (rest.empty() || rest.front() != c)
      return false;
    rest.remove_prefix(1);
    return true;
  }

  std::optional<int> digits(std::size_t count) {
    if (rest.size() < count)
      return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = rest[i];
      if (c < '0' || c > '9')
        return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
};

std::optional<std::int64_t> read_date(scanner& in) {
  using namespace std::chrono;
  const auto y = in.digits(4);
  if (!y || !in.eat('-'))
    return std::nullopt;
  const auto m = in.digits(2);
  if (!m || !in.eat('-'))
    return std::nullopt;
  const auto d = in.digits(2);
  if (!d)
    return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok())
    return std::nullopt;
  return duration_cast<microseconds>(sys_days{date}.time_since_epoch()).count();
}

std::optional<std::int64_t> read_clock(scanner& in) {
  const auto h = in.digits(2);
  if (!h || *h > 23 || !in.eat(':'))
    return std::nullopt;
  const auto m = in.digits(2);
  if (!m || *m > 59)
    return std::nullopt;
  std::int64_t micros = (std::int64_t{*h} * 3600 + std::int64_t{*m} * 60) * 1'000'000;
  if (!in.eat(':'))
    return micros;
  const auto s = in.digits(2);
  if (!s || *s > 59)
    return std::nullopt;
  micros += std::int64_t{*s} * 1'000'000;
  if (in.eat('.')) {
    std::int64_t unit = 100'000;
    bool any = false;
    while (auto digit = in.digits(1)) {
      micros += *digit * unit;
      unit /= 10;
      any = true;
    }
    if (!any)
      return std::nullopt;
  }
  return micros;
}

std::optional<std::int64_t> read_offset(scanner& in) {
  if (in.done() || in.eat('Z') || in.eat('z'))
    return 0;
  const bool west = in.eat('-');
  if (!west && !in.eat('+'))
    return std::nullopt;
  const auto h = in.digits(2);
  if (!h || *h > 15)
    return std::nullopt;
  int minutes = 0;
  if (!in.done()) {
    in.eat(':');
    const auto m = in.digits(2);
    if (!m || *m > 59)
      return std::nullopt;
    minutes = *m;
  }
  const std::int64_t micros = (std::int64_t{*h} * 60 + minutes) * 60'000'000;
  return west ? -micros : micros;
}

}  // namespace

iso_time now() {
  using namespace std::chrono;
  return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

std::string to_iso(iso_time at) {
  using namespace std::chrono;
  const sys_time<microseconds> point{microseconds{at.micros}};
  const auto date = floor<days>(point);
  const year_month_day ymd{date};
  const hh_mm_ss clock{floor<milliseconds>(point - date)};
  std::string out = "0000-00-00T00:00:00.000Z";
  // By hand, because every row that leaves the house has two of them.
  const auto put = [&out](std::size_t from, std::size_t digits, std::int64_t number) {
    for (auto i = from + digits; i-- > from; number /= 10)
      out[i] = static_cast<char>('0' + number % 10);
  };
  const auto year = static_cast<int>(ymd.year());
  if (year < 0 || year > 9999)
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year,
                       static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
  put(0, 4, year);
  put(5, 2, static_cast<unsigned>(ymd.month()));
  put(8, 2, static_cast<unsigned>(ymd.day()));
  put(11, 2, clock.hours().count());
  put(14, 2, clock.minutes().count());
  put(17, 2, clock.seconds().count());
  put(20, 3, clock.subseconds().count());
  return out;
}

std::optional<iso_time> parse_iso(std::string_view text) {
  scanner in{text};
  const auto date = read_date(in);
  if (!date)
    return std::nullopt;
  if (in.done())
    return iso_time{*date};
  if (!in.eat('T') && !in.eat('t') && !in.eat(' '))
    return std::nullopt;
  const auto clock = read_clock(in);
  if (!clock)
    return std::nullopt;
  const auto offset = read_offset(in);
  if (!offset || !in.done())
    return std::nullopt;
  return iso_time{*date + *clock - *offset};
}

}  // namespace stoa
