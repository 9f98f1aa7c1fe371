#pragma once

#include "schema/outcome.hpp"
#include "schema/scope.hpp"

#include <caf/error.hpp>
#include <caf/fwd.hpp>
#include <caf/is_error_code_enum.hpp>
#include <caf/sec.hpp>
#include <caf/type_id.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

/// Type ids with fixed first numbers, a block per area: the cluster's alphabet. New types go to the
/// end of their block; tests/golden/wire.txt shows a reviewer when the alphabet changes.
namespace stoa::wire {
inline constexpr caf::type_id_t core_first = 800;
inline constexpr caf::type_id_t persistence_first = 900;
inline constexpr caf::type_id_t people_first = 1000;
inline constexpr caf::type_id_t groups_first = 1100;
inline constexpr caf::type_id_t jobs_first = 1200;
inline constexpr caf::type_id_t intranet_first = 1400;
inline constexpr caf::type_id_t forum_first = 1600;
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

/// A list that came over a wire is refused above so many items, before the first of them is made:
/// an item may be far bigger in memory than in bytes.
template <class List>
struct at_most {
  List& items;
  std::size_t most;

  at_most(List& list, std::size_t limit) : items(list), most(limit) {}
};

template <class Inspector, class List>
bool inspect(Inspector& f, at_most<List>& x) {
  if constexpr (Inspector::is_loading) {
    std::size_t size = 0;
    if (!f.begin_sequence(size))
      return false;
    if (size > x.most) {
      f.set_error(caf::make_error(caf::sec::invalid_argument, "a list with too many items"));
      return false;
    }
    x.items.clear();
    for (std::size_t i = 0; i < size; ++i) {
      typename List::value_type item{};
      if (!f.apply(item))
        return false;
      x.items.push_back(std::move(item));
    }
    return f.end_sequence();
  } else {
    return f.apply(x.items);
  }
}

inline constexpr std::size_t most_complaints = 1000;

template <class Inspector>
bool inspect(Inspector& f, complaint& x) {
  return f.object(x).fields(f.field("path", x.path), f.field("message", x.message));
}

template <class Inspector>
bool inspect(Inspector& f, fault& x) {
  at_most complaints{x.complaints, most_complaints};
  return f.object(x).fields(f.field("code", x.code), f.field("text", x.text),
                            f.field("cause", x.cause), f.field("complaints", complaints),
                            f.field("retry_after", x.retry_after));
}

template <class Inspector, class Tag>
bool inspect(Inspector& f, id<Tag>& x) {
  return f.apply(x.value);
}

/// Enums travel as their underlying integer; a number that is no enumerator is refused.
template <class Inspector, class Enum>
bool inspect_enum(Inspector& f, Enum& x, Enum first, Enum last) {
  using integer = std::underlying_type_t<Enum>;
  auto get = [&x] { return static_cast<integer>(x); };
  auto set = [&x, first, last](integer value) {
    if (value < static_cast<integer>(first) || value > static_cast<integer>(last))
      return false;
    x = static_cast<Enum>(value);
    return true;
  };
  return f.apply(get, set);
}

template <class Inspector>
bool inspect(Inspector& f, fault_code& x) {
  return inspect_enum(f, x, fault_code::invalid, fault_code::unavailable);
}

template <class Inspector>
bool inspect(Inspector& f, role& x) {
  return inspect_enum(f, x, role::guest, role::super_admin);
}

template <class Inspector>
bool inspect(Inspector& f, scope& x) {
  return f.object(x).fields(f.field("establishment", x.establishment), f.field("user", x.user),
                            f.field("session", x.session), f.field("rank", x.rank),
                            f.field("name", x.name), f.field("trace", x.trace),
                            f.field("grants", x.grants));
}

}  // namespace stoa
