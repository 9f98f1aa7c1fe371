#pragma once

#include "actors/core/frame.hpp"
#include "schema/moment.hpp"
#include "schema/scope.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace stoa {

/// Somebody in a huddle, however many connections he has there.
struct huddle_person {
  scope who;
  iso_time joined_at;
};

/// A huddle as those who come in see it.
struct huddle_facts {
  std::string room;
  std::string kind;
  std::string resource;
};

/// How one family of clients reads a huddle: net has one per protocol.
class huddle_view {
public:
  virtual ~huddle_view() = default;
  /// For the one who has just come in, who is in the list.
  [[nodiscard]] virtual frame welcome(const huddle_facts& what,
                                      std::span<const huddle_person> people) const = 0;
  /// For the others: somebody came with his first connection, somebody went with his last.
  [[nodiscard]] virtual frame came(const huddle_facts& what, const huddle_person& who,
                                   std::size_t total) const = 0;
  [[nodiscard]] virtual frame went(const huddle_facts& what, const huddle_person& who,
                                   std::size_t total) const = 0;
};

}  // namespace stoa
