#pragma once

#include "schema/moment.hpp"

#include <string>
#include <string_view>

namespace stoa {

/// A moment as people write it who live in a time zone: `jeudi 1 juillet 2027 à 09:30` for `fr`,
/// `Thursday, 1 July 2027 at 09:30` for `en`, by the locale data of CLDR. A zone is named as in the
/// tz database (`Europe/Paris`); with an empty or unknown one it is UTC, and says so.
[[nodiscard]] std::string local_time(iso_time at, std::string_view zone, std::string_view language);

/// The moment whose spelling in UTC is what clocks in that zone show.
[[nodiscard]] iso_time wall_clock(iso_time at, std::string_view zone);

}  // namespace stoa
