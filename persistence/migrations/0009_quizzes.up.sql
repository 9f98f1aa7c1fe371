-- Quizzes that are taken, and people who wait for a seat in a training.

-- An attempt keeps the quiz as it was begun: who edits the quiz changes nothing for who is in it.
alter table quiz_attempts
  add column questions jsonb not null default '[]',
  add column passing_score integer not null default 70,
  add column due_at timestamptz,           -- null: takes as long as it takes
  add column timed_out boolean not null default false;
create unique index quiz_attempts_open on quiz_attempts (user_id, quiz_id)
  where completed_at is null;

-- Begins an attempt, or finds the one that is open. One's own enrolment is locked first: two starts
-- of one person take turns, and nobody else waits. Answers what came of it.
create function stoa_start_attempt(of_quiz text, who text, new_id text, tenant text, grace interval)
  returns text language plpgsql as $$
declare
  quiz quizzes;
  taken integer;
begin
  select * into quiz from quizzes where id = of_quiz;
  if not found then
    return 'missing';
  end if;
  perform 1 from enrollments where user_id = who and course_id = quiz.course_id for update;
  if not found then
    return 'outside';
  end if;
  -- What nobody handed in before its time was over has failed.
  update quiz_attempts set completed_at = due_at, score = 0, timed_out = true,
    time_spent = extract(epoch from due_at - started_at)
    where user_id = who and quiz_id = of_quiz and completed_at is null and due_at + grace < now();
  if exists (select 1 from quiz_attempts where user_id = who and quiz_id = of_quiz
             and completed_at is null) then
    return 'open';
  elsif not quiz.is_active then
    return 'inactive';
  end if;
  select coalesce(max(attempt_number), 0) into taken from quiz_attempts
    where user_id = who and quiz_id = of_quiz;
  if taken > 0 and not quiz.allow_retries then
    return 'once';
  elsif taken >= quiz.max_attempts then
    return 'spent';
  end if;
  insert into quiz_attempts (id, establishment_id, user_id, quiz_id, course_id, attempt_number,
      questions, passing_score, due_at)
    values (new_id, tenant, who, of_quiz, quiz.course_id, taken + 1, quiz.questions,
      quiz.passing_score, now() + make_interval(mins => quiz.time_limit));
  return 'done';
end $$;

-- How many required quizzes of a course somebody has yet to pass.
create function stoa_quizzes_left(who text, of_course text) returns bigint language sql stable as $$
  select count(*) from quizzes q where q.course_id = of_course and q.is_required and q.is_active
    and not exists (select 1 from quiz_attempts a
                    where a.quiz_id = q.id and a.user_id = who and a.passed)
$$;

-- What somebody's completed lessons and passed quizzes make of the enrolment: the share of the
-- required ones.
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

-- Who waits for a seat, first come, first served. The id becomes that of the participant.
create table training_waiting (
  id text primary key,
  training_id text not null references trainings on delete cascade,
  user_id text not null references users on delete cascade,
  establishment_id text not null references establishments on delete cascade,
  place bigint generated always as identity,
  waiting_since timestamptz not null default now(),
  unique (training_id, user_id)
);
create index training_waiting_place on training_waiting (training_id, place);
create index training_waiting_user on training_waiting (user_id);
select stoa_guard('training_waiting');

-- A seat for somebody, or, for who wishes so, a place on the list when there is none. The training's
-- row is locked first, so seats are given out one by one and never twice. Answers what came of it.
drop function stoa_take_seat(text, text, text, text);
create function stoa_take_seat(of_training text, who text, new_id text, tenant text,
                               waits boolean default false)
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
    if not waits then
      return 'full';
    end if;
    insert into training_waiting (id, training_id, user_id, establishment_id)
      values (new_id, of_training, who, tenant) on conflict (training_id, user_id) do nothing;
    return 'waiting';
  end if;
  insert into training_participants (id, training_id, user_id, establishment_id)
    values (new_id, of_training, who, tenant)
    on conflict (training_id, user_id) do update set status = 'registered', registered_at = now(),
      completion_date = null, score = null, feedback = null;
  delete from training_waiting where training_id = of_training and user_id = who;
  update trainings set current_participants = current_participants + 1 where id = of_training;
  return 'done';
end $$;

-- Gives the seat back and forgets the participant, or takes somebody off the list; whether there
-- was one.
create or replace function stoa_leave_seat(of_training text, who text) returns boolean
  language plpgsql as $$
declare
  had text;
  waited boolean;
begin
  perform 1 from trainings where id = of_training for update;
  delete from training_waiting where training_id = of_training and user_id = who;
  waited := found;
  delete from training_participants where training_id = of_training and user_id = who
    returning status into had;
  if had is null then
    return waited;
  end if;
  if had <> 'cancelled' then
    update trainings set current_participants = greatest(current_participants - 1, 0)
      where id = of_training;
  end if;
  return true;
end $$;

-- Free seats go to who waits, in the transaction that made them free, whatever that was: somebody
-- left or cancelled, the training grew or was opened again. Its row is locked by that very change.
create function stoa_seat_the_waiting() returns trigger language plpgsql as $$
declare
  given integer;
begin
  if not new.is_active or new.start_date <= now() then
    return null;
  end if;
  with first as (
    select w.* from training_waiting w join users u on u.id = w.user_id and u.is_active
    where w.training_id = new.id order by w.place
    limit new.max_participants - new.current_participants),  -- null: all of them
  gone as (
    delete from training_waiting w using first f where w.id = f.id),
  seated as (
    insert into training_participants (id, training_id, user_id, establishment_id)
    select id, training_id, user_id, establishment_id from first
    on conflict (training_id, user_id) do update set status = 'registered', registered_at = now(),
      completion_date = null, score = null, feedback = null
    returning user_id),
  told as (
    insert into jobs (establishment_id, kind, payload)
    select new.establishment_id, 'mail', jsonb_build_object('to', u.mail_address,
      'subject', 'IntraSphere - Une place s''est libérée',
      'text', format(E'Bonjour,\n\nUne place s''est libérée : vous êtes maintenant inscrit à la'
                     ' formation « %s ».\n', new.title))
    from seated s join users u on u.id = s.user_id where u.mail_address is not null)
  select count(*) into given from seated;
  if given > 0 then
    update trainings set current_participants = current_participants + given where id = new.id;
  end if;
  return null;
end $$;
create trigger seat_the_waiting after update on trainings for each row
  when (new.max_participants is null or new.current_participants < new.max_participants)
  execute function stoa_seat_the_waiting();
