#pragma once

#include "schema/scope.hpp"

/// Who may do what several files of this edition ask for. What one address asks for stands in its
/// row.
namespace stoa::intrasphere {

/// Writes courses, sees the solutions of quizzes and gives certificates.
[[nodiscard]] inline bool teaches(const scope& who) {
  return who.at_least(role::manager) || who.may("manage_trainings");
}

/// Decides who takes part in trainings.
[[nodiscard]] inline bool leads_trainings(const scope& who) {
  return who.at_least(role::admin) || who.may("manage_trainings");
}

}  // namespace stoa::intrasphere
