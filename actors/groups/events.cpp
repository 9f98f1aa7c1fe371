#include "actors/groups/events.hpp"

namespace stoa {

std::string person::display_name() const {
  auto name = first_name;
  if (!first_name.empty() && !last_name.empty())
    name += ' ';
  name += last_name;
  if (!name.empty())
    return name;
  return email.empty() ? "Unknown User" : email;
}

}  // namespace stoa
