#pragma once

#include "persistence/protocol.hpp"
#include "schema/learning.hpp"

/// The mails about a seat in a training: statements for the transaction that gives or takes it.
namespace stoa::intrasphere {

/// After the seat was given: says so if that was in this transaction.
[[nodiscard]] statement tell_seat_taken(const training_id& training, const user_id& who);

/// Before the seat is taken away, with the training locked: says so if there is one.
[[nodiscard]] statement tell_seat_left(const training_id& training, const user_id& who);

/// Locks the training, so that two who take the same seat away do not both tell.
[[nodiscard]] statement lock_training(const training_id& training);

}  // namespace stoa::intrasphere
