#pragma once

#include "schema/outcome.hpp"
#include "schema/scope.hpp"

#include <caf/fwd.hpp>
#include <caf/is_error_code_enum.hpp>
#include <caf/type_id.hpp>

#include <type_traits>

/// Type ids with fixed first numbers, a block per area: the cluster's alphabet. New types go to the
/// end of their block; tests/golden/wire.txt shows a reviewer when the alphabet changes.
namespace stoa::wire {
inline constexpr caf::type_id_t core_first = 800;
inline constexpr caf::type_id_t persistence_first = 900;
inline constexpr caf::type_id_t people_first = 1000;
inline constexpr caf::type_id_t groups_first = 1100;
inline constexpr caf::type_id_t jobs_first = 1200;
inline constexpr caf::type_id_t intranet_first = 1400;
inline constexpr caf::type_id_t checkins_first = 1700;
inline constexpr caf::type_id_t media_first = 1800;
}  // namespace stoa::wire

CAF_BEGIN_TYPE_ID_BLOCK(stoa_core, stoa::wire::core_first)
CAF_ADD_TYPE_ID(stoa_core, (stoa::fault))
CAF_ADD_TYPE_ID(stoa_core, (stoa::fault_code))
CAF_ADD_TYPE_ID(stoa_core, (stoa::role))
CAF_ADD_TYPE_ID(stoa_core, (stoa::scope))
CAF_END_TYPE_ID_BLOCK(stoa_core)

CAF_ERROR_CODE_ENUM(stoa::fault_code)

namespace stoa {

template <class Inspector>
bool inspect(Inspector& f, complaint& x) {
  return f.object(x).fields(f.field("path", x.path), f.field("message", x.message));
}

template <class Inspector>
bool inspect(Inspector& f, fault& x) {
  return f.object(x).fields(f.field("code", x.code), f.field("text", x.text),
                            f.field("cause", x.cause), f.field("complaints", x.complaints),
                            f.field("retry_after", x.retry_after));
}

template <class Inspector, class Tag>
bool inspect(Inspector& f, id<Tag>& x) {
  return f.apply(x.value);
}

/// Enums travel as their underlying integer; a number that is no enumerator is refused.
template <class Inspector, class Enum>
bool inspect_enum(Inspector& f, Enum& x, Enum last) {
  using integer = std::underlying_type_t<Enum>;
  auto get = [&x] { return static_cast<integer>(x); };
  auto set = [&x, last](integer value) {
    if (value > static_cast<integer>(last))
      return false;
    x = static_cast<Enum>(value);
    return true;
  };
  return f.apply(get, set);
}

template <class Inspector>
bool inspect(Inspector& f, fault_code& x) {
  return inspect_enum(f, x, fault_code::unavailable);
}

template <class Inspector>
bool inspect(Inspector& f, role& x) {
  return inspect_enum(f, x, role::super_admin);
}

template <class Inspector>
bool inspect(Inspector& f, scope& x) {
  return f.object(x).fields(f.field("establishment", x.establishment), f.field("user", x.user),
                            f.field("session", x.session), f.field("rank", x.rank),
                            f.field("name", x.name), f.field("trace", x.trace),
                            f.field("grants", x.grants));
}

}  // namespace stoa
