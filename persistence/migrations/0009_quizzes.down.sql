drop trigger seat_the_waiting on trainings;
drop function stoa_seat_the_waiting();
create or replace function stoa_leave_seat(of_training text, who text) returns boolean
  language plpgsql as $$
declare
  had text;
begin
  perform 1 from trainings where id = of_training for update;
  delete from training_participants where training_id = of_training and user_id = who
    returning status into had;
  if had is null then
    return false;
  end if;
  if had <> 'cancelled' then
    update trainings set current_participants = greatest(current_participants - 1, 0)
      where id = of_training;
  end if;
  return true;
end $$;
drop function stoa_take_seat(text, text, text, text, boolean);
create function stoa_take_seat(of_training text, who text, new_id text, tenant text)
  returns text language plpgsql as $$
declare
  training trainings;
begin
  select * into training from trainings where id = of_training for update;
  if not found then
    return 'missing';
  elsif exists (select 1 from training_participants p where p.training_id = of_training
                and p.user_id = who and p.status <> 'cancelled') then
    return 'twice';
  elsif not training.is_active then
    return 'inactive';
  elsif training.start_date <= now() then
    return 'started';
  elsif training.current_participants >= training.max_participants then
    return 'full';
  end if;
  insert into training_participants (id, training_id, user_id, establishment_id)
    values (new_id, of_training, who, tenant)
    on conflict (training_id, user_id) do update set status = 'registered', registered_at = now(),
      completion_date = null, score = null, feedback = null;
  update trainings set current_participants = current_participants + 1 where id = of_training;
  return 'done';
end $$;
drop table training_waiting;

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
