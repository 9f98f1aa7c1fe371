#pragma once

#include "schema/rule.hpp"

namespace stoa::describe {

/// The column holds this text or no value: `holds_or_lacks("required_role", "employee")` where
/// employee is what nothing stands for. To the rule it is a `holds` that has a rank.
constexpr rule holds_or_lacks(const char* column, const char* text) {
  return rule{{rule_step::holds, role::learner, column, text}};
}

}  // namespace stoa::describe
