-- Progress follows the course: lessons and quizzes that come, go or become optional count at once for
-- everybody who has not finished. Who has finished stays finished.
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
  from share where e.user_id = who and e.course_id = of_course
    and e.status not in ('failed', 'completed')
$$;

-- Who has not begun has nothing to recount, and a course without anything required is finished by
-- whoever does something in it, not by its author.
create function stoa_recount_course(of_course text) returns void language plpgsql as $$
declare
  learner text;
begin
  if not exists (select from lessons l where l.course_id = of_course and l.is_required and l.is_active)
     and not exists (select from quizzes q where q.course_id = of_course and q.is_required
                     and q.is_active) then
    return;
  end if;
  -- In one order, so that two authors at once wait for each other rather than block each other.
  for learner in select e.user_id from enrollments e
      where e.course_id = of_course and e.status = 'in-progress' order by e.user_id for update loop
    perform stoa_course_progress(learner, of_course);
  end loop;
end $$;

create function stoa_course_changed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    perform stoa_recount_course(old.course_id);
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.course_id is distinct from old.course_id) then
    perform stoa_recount_course(new.course_id);
  end if;
  return null;
end $$;

create trigger lessons_count after insert or delete on lessons
  for each row execute function stoa_course_changed();
create trigger lessons_recount after update on lessons for each row
  when ((old.course_id, old.is_required, old.is_active)
        is distinct from (new.course_id, new.is_required, new.is_active))
  execute function stoa_course_changed();
create trigger quizzes_count after insert or delete on quizzes
  for each row execute function stoa_course_changed();
create trigger quizzes_recount after update on quizzes for each row
  when ((old.course_id, old.is_required, old.is_active, old.passing_score)
        is distinct from (new.course_id, new.is_required, new.is_active, new.passing_score))
  execute function stoa_course_changed();

-- What has drifted so far.
do $$ declare c text; begin
  for c in select distinct course_id from enrollments where status = 'in-progress' loop
    perform stoa_recount_course(c);
  end loop;
end $$;

-- A closed account gives back its seats and its places in waiting lists; who waits moves up by the
-- same rules as after somebody who leaves.
create function stoa_free_places(who text) returns void language plpgsql as $$
declare
  training text;
begin
  for training in
      select p.training_id from training_participants p join trainings t on t.id = p.training_id
      where p.user_id = who and p.status = 'registered'
        and (t.start_date is null or t.start_date > now())
      union select w.training_id from training_waiting w where w.user_id = who
      order by 1 loop
    perform stoa_leave_seat(training, who);
  end loop;
end $$;

create function stoa_account_closed() returns trigger language plpgsql as $$
begin
  perform stoa_free_places(old.id);
  return old;
end $$;
create trigger users_free_places after update on users for each row
  when (old.is_active and not new.is_active) execute function stoa_account_closed();
create trigger users_free_places_gone before delete on users for each row
  execute function stoa_account_closed();

select stoa_free_places(id) from users where not is_active;

-- A certificate outlives its course. It still names the course by its number, which is part of what
-- was signed; the title and the rest of its face were kept when it was given.
alter table certificates drop constraint certificates_course_id_fkey;
