#pragma once

#include "net/command.hpp"

namespace stoa {

template <>
struct owner_of<room_actor> {
  static constexpr std::string_view name = "room";
  static room_actor find(const call& c, const std::string& id) { return c.home.room(room_id{id}); }
};

}  // namespace stoa
