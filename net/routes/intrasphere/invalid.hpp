#pragma once

#include "actors/core/task.hpp"
#include "net/rows.hpp"

#include <string>
#include <utility>
#include <vector>

namespace stoa::intrasphere {

/// 400 under this heading, with what is wrong with which member: for rows that read the body
/// themselves.
[[nodiscard]] inline fault_error invalid(std::string heading, std::vector<complaint> wrong) {
  auto why = fail(fault_code::invalid, std::move(heading));
  why.complaints = std::move(wrong);
  return fault_error{std::move(why)};
}

/// What was read of a body, or 400 under this heading.
template <class T>
[[nodiscard]] T heeded(outcome<T> read, const char* heading) {
  if (!read)
    read.error().text = heading;
  return good(std::move(read));
}

}  // namespace stoa::intrasphere
