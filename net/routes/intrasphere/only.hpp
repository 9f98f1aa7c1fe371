#pragma once

#include "net/resource.hpp"

#include <vector>

/// Which rows the lists of this edition show that are about one person or one thing.
namespace stoa::intrasphere {

/// The caller's own.
[[nodiscard]] inline std::vector<sql::equal> only_mine(const call& c) {
  std::vector<sql::equal> out;
  out.push_back({"user_id", c.who.user.value});
  return out;
}

/// Those of the course in the path.
[[nodiscard]] inline std::vector<sql::equal> only_of_course(const call& c) {
  std::vector<sql::equal> out;
  out.push_back({"course_id", c.path("id")});
  return out;
}

/// Those of the training in the path.
[[nodiscard]] inline std::vector<sql::equal> only_of_training(const call& c) {
  std::vector<sql::equal> out;
  out.push_back({"training_id", c.path("id")});
  return out;
}

}  // namespace stoa::intrasphere
