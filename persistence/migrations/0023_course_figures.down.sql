delete from certificates c where not exists (select from courses k where k.id = c.course_id);
alter table certificates add constraint certificates_course_id_fkey
  foreign key (course_id) references courses on delete cascade;
drop trigger users_free_places_gone on users;
drop trigger users_free_places on users;
drop function stoa_account_closed();
drop function stoa_free_places(text);
drop trigger quizzes_recount on quizzes;
drop trigger quizzes_count on quizzes;
drop trigger lessons_recount on lessons;
drop trigger lessons_count on lessons;
drop function stoa_course_changed();
drop function stoa_recount_course(text);
create or replace function stoa_course_progress(who text, of_course text) returns void
  language sql as $$
  with lessons_done as (
    select count(*) as total, count(*) filter (where p.is_completed) as done
    from lessons l left join lesson_progress p on p.lesson_id = l.id and p.user_id = who
    where l.course_id = of_course and l.is_required and l.is_active),
  quizzes_there as (
    select count(*) as total from quizzes q
    where q.course_id = of_course and q.is_required and q.is_active),
  required as (
    select l.total + q.total as total, l.done + q.total - stoa_quizzes_left(who, of_course) as done
    from lessons_done l, quizzes_there q),
  share as (select case when total = 0 then 100 else (100 * done / total)::int end as percent
            from required)
  update enrollments e set
    progress = percent,
    status = case when percent = 100 then 'completed' else 'in-progress' end,
    started_at = coalesce(started_at, now()),
    completed_at = case when percent = 100 then coalesce(completed_at, now()) end
  from share where e.user_id = who and e.course_id = of_course and e.status <> 'failed'
$$;
