#include "schema/text/local_time.hpp"

#include "schema/text/icu.hpp"

#include <memory>
#include <new>
#include <unicode/datefmt.h>
#include <unicode/timezone.h>

namespace stoa {

namespace {

/// The zone, or nothing where none has that name.
std::unique_ptr<icu::TimeZone> zone_named(std::string_view name) {
  std::unique_ptr<icu::TimeZone> zone{icu::TimeZone::createTimeZone(text::from_utf8(name))};
  if (!zone || name.empty() || *zone == icu::TimeZone::getUnknown())
    return nullptr;
  return zone;
}

double in_milliseconds(iso_time at) {
  return static_cast<double>(at.micros) / 1000;
}

}  // namespace

std::string local_time(iso_time at, std::string_view zone, std::string_view language) {
  auto status = U_ZERO_ERROR;
  // English as it is written in Europe: the day before the month.
  const icu::Locale locale = language == "en" ? icu::Locale::getUK() : icu::Locale::getFrance();
  const std::unique_ptr<icu::DateFormat> format{
      icu::DateFormat::createInstanceForSkeleton(u"yMMMMEEEEdHHmm", locale, status)};
  if (U_FAILURE(status))
    throw std::bad_alloc{};
  auto known = zone_named(zone);
  const bool is_utc = !known;
  format->adoptTimeZone(known ? known.release() : icu::TimeZone::getGMT()->clone());
  icu::UnicodeString out;
  format->format(in_milliseconds(at), out);
  return text::to_utf8(out) + (is_utc ? " UTC" : "");
}

iso_time wall_clock(iso_time at, std::string_view zone) {
  const auto known = zone_named(zone);
  if (!known)
    return at;
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  auto status = U_ZERO_ERROR;
  known->getOffset(in_milliseconds(at), 0, raw, summer, status);
  if (U_FAILURE(status))
    throw std::bad_alloc{};
  return {at.micros + (std::int64_t{raw} + summer) * 1000};
}

}  // namespace stoa
