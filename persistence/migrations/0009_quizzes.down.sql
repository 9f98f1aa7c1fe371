create or replace function stoa_course_progress(who text, of_course text) returns void
  language sql as $$
  with required as (
    select count(*) as total, count(*) filter (where p.is_completed) as done
    from lessons l left join lesson_progress p on p.lesson_id = l.id and p.user_id = who
    where l.course_id = of_course and l.is_required and l.is_active),
  share as (select case when total = 0 then 100 else (100 * done / total)::int end as percent
            from required)
  update enrollments e set
    progress = percent,
    status = case when percent = 100 then 'completed' else 'in-progress' end,
    started_at = coalesce(started_at, now()),
    completed_at = case when percent = 100 then coalesce(completed_at, now()) end
  from share where e.user_id = who and e.course_id = of_course and e.status <> 'failed'
$$;
drop function stoa_quizzes_left(text, text);
drop function stoa_start_attempt(text, text, text, text, interval);
drop index quiz_attempts_open;
alter table quiz_attempts
  drop column timed_out,
  drop column due_at,
  drop column passing_score,
  drop column questions;
