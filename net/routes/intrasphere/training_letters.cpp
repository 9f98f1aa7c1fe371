#include "net/routes/intrasphere/training_letters.hpp"

#include "actors/jobs/mail_letters.hpp"

namespace stoa::intrasphere {

statement tell_seat_taken(const training_id& training, const user_id& who) {
  // now() is when the transaction began: a seat that somebody had before is older.
  return prepared(
      "select stoa_queue_letter(p.user_id, $3, jsonb_build_object('training', t.title,"
      " 'start', to_char(t.start_date at time zone 'UTC', 'YYYY-MM-DD HH24:MI \"UTC\"'),"
      " 'place', t.location), false) from trainings t"
      " join training_participants p on p.training_id = t.id"
      " where t.id = $1 and p.user_id = $2 and p.status = 'registered'"
      " and p.registered_at = now()",
      training, who, seat_taken_letter);
}

statement tell_seat_left(const training_id& training, const user_id& who) {
  return prepared(
      "select stoa_queue_letter(p.user_id, $3, jsonb_build_object('training', t.title), false)"
      " from trainings t join training_participants p on p.training_id = t.id"
      " where t.id = $1 and p.user_id = $2 and p.status <> 'cancelled'",
      training, who, seat_left_letter);
}

statement lock_training(const training_id& training) {
  return prepared("select 1 from trainings where id = $1 for update", training);
}

}  // namespace stoa::intrasphere
