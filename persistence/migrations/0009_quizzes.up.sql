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
