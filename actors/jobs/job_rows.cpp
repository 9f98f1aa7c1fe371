#include "actors/jobs/job_rows.hpp"

#include "schema/array_literal.hpp"
#include "schema/json_writer.hpp"
#include "schema/scope.hpp"

namespace stoa {

statement add_job(const std::optional<std::string>& establishment, std::string_view kind,
                  const std::string& payload) {
  return prepared("insert into jobs (establishment_id, kind, payload) values ($1, $2, $3::jsonb)",
                  establishment, std::string{kind}, payload);
}

statement add_mail(const std::optional<std::string>& establishment, const std::string& to,
                   const std::string& subject, const std::string& text) {
  std::string payload;
  json_writer{payload}
      .begin_object()
      .member("to", to)
      .member("subject", subject)
      .member("text", text)
      .end_object();
  return add_job(establishment, "mail", payload);
}

statement add_letter(const user_id& to, std::string_view letter, const std::string& facts,
                     letter_reach reach) {
  return prepared("select stoa_queue_letter($1, $2, $3::jsonb, $4)", to, letter, facts,
                  reach == letter_reach::always);
}

transaction claim_jobs(const std::vector<std::string>& kinds, std::size_t most) {
  return in_establishment(
      platform_scope,
      prepared("update jobs set leased_until = now() + interval '2 minutes',"
               " attempts = attempts + 1 where id in (select id from jobs where state = 'waiting'"
               " and run_at <= now() and (leased_until is null or leased_until < now())"
               " and last_moment > now() at time zone 'UTC' and kind = any($1::text[]) order by "
               "run_at limit $2::int"
               " for update skip locked)"
               " returning id, coalesce(establishment_id, ''), kind, payload, attempts,"
               " (extract(epoch from created_at) * 1000000)::bigint",
               to_array_literal(kinds), most),
      bury_stale_jobs());
}

transaction finish_job(std::int64_t id) {
  return in_establishment(platform_scope,
                          prepared("update jobs set state = 'done', finished_at = now(),"
                                   " payload = payload - 'values', leased_until = null,"
                                   " last_error = null where id = $1::bigint",
                                   id));
}

transaction retry_job(std::int64_t id, std::uint32_t seconds, const std::string& error) {
  return in_establishment(
      platform_scope, prepared("update jobs set run_at = now() + make_interval(secs => $2::int),"
                               " leased_until = null, last_error = $3 where id = $1::bigint",
                               id, seconds, error));
}

transaction bury_job(std::int64_t id, const std::string& error) {
  return in_establishment(platform_scope,
                          prepared("update jobs set state = 'dead', finished_at = now(),"
                                   " payload = payload #- '{values,link}', leased_until = null,"
                                   " last_error = $2 where id = $1::bigint",
                                   id, error));
}

statement bury_stale_jobs() {
  return prepared(
      "update jobs set state = 'dead', finished_at = now(), leased_until = null,"
      " payload = payload #- '{values,link}', last_error = 'too late: it made sense until '"
      " || to_char(last_moment, 'YYYY-MM-DD HH24:MI') || ' UTC' where state = 'waiting'"
      " and last_moment <= now() at time zone 'UTC'"
      " and (leased_until is null or leased_until < now())");
}

statement bury_waiting_mail(const std::string& error) {
  return prepared(
      "update jobs set state = 'dead', finished_at = now(), leased_until = null,"
      " payload = payload #- '{values,link}', last_error = $1"
      " where state = 'waiting' and kind = 'mail'",
      error);
}

transaction clean_up() {
  return in_establishment(
      platform_scope, prepared("delete from sessions where expires_at < now()"),
      prepared("delete from jobs where state = 'done' and finished_at < now() - interval '7 days'"),
      // A while longer than they hold: they are counted.
      prepared("delete from reset_links where expires_at < now() - interval '1 hour'"),
      bury_stale_jobs());
}

}  // namespace stoa
