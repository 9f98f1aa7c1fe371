-- Trainings with seats, and courses with lessons, progress, certificates and material.

create table trainings (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  title text not null,
  description text,
  category text not null
    check (category in ('technical', 'management', 'safety', 'compliance', 'other')),
  difficulty text default 'beginner' check (difficulty in ('beginner', 'intermediate', 'advanced')),
  duration integer not null,    -- minutes
  instructor_id text references users on delete set null,
  instructor_name text not null default '',
  start_date timestamptz,
  end_date timestamptz,
  location text,
  max_participants integer check (max_participants >= 0),  -- null: no bound
  current_participants integer not null default 0 check (current_participants >= 0),
  is_mandatory boolean not null default false,
  is_active boolean not null default true,
  is_visible boolean not null default true,
  thumbnail_url text,
  document_urls text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index trainings_created on trainings (establishment_id, created_at desc, id desc);
create index trainings_instructor on trainings (instructor_id);
select stoa_guard('trainings');

create table training_participants (
  id text primary key,
  training_id text not null references trainings on delete cascade,
  user_id text not null references users on delete cascade,
  establishment_id text not null references establishments on delete cascade,
  registered_at timestamptz not null default now(),
  status text not null default 'registered'
    check (status in ('registered', 'completed', 'cancelled')),
  completion_date timestamptz,
  score integer check (score between 0 and 100),
  feedback text,
  unique (training_id, user_id)
);
create index training_participants_user on training_participants (user_id);
select stoa_guard('training_participants');

-- A seat for somebody. The training's row is locked first, so seats are given out one by one and
-- never twice. Answers what came of it.
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

-- Gives the seat back and forgets the participant; whether there was one.
create function stoa_leave_seat(of_training text, who text) returns boolean language plpgsql as $$
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

create table courses (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  training_id text references trainings on delete set null,
  title text not null,
  description text,
  category text not null,
  difficulty text not null default 'beginner',
  duration integer,             -- minutes
  thumbnail_url text,
  author_id text references users on delete set null,
  author_name text not null default '',
  is_published boolean not null default false,
  is_mandatory boolean not null default false,
  is_active boolean not null default true,
  prerequisites text not null default '[]',
  tags text not null default '[]',
  "order" integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index courses_created on courses (establishment_id, created_at desc, id desc);
create index courses_training on courses (training_id);
create index courses_author on courses (author_id);
select stoa_guard('courses');

create table lessons (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  course_id text not null references courses on delete cascade,
  title text not null,
  description text,
  content text not null,
  "order" integer not null default 0,
  duration integer,             -- minutes
  video_url text,
  document_url text,
  type text not null default 'text',
  attachments text[] not null default '{}',
  is_required boolean not null default true,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index lessons_course on lessons (course_id, "order", id);
select stoa_guard('lessons');

create table enrollments (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  user_id text not null references users on delete cascade,
  course_id text not null references courses on delete cascade,
  training_id text references trainings on delete set null,
  course_title text,
  enrolled_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  progress integer not null default 0 check (progress between 0 and 100),
  status text not null default 'enrolled'
    check (status in ('enrolled', 'in-progress', 'completed', 'failed')),
  certificate_id text,
  certificate_url text,
  time_spent integer not null default 0,
  score integer,
  unique (user_id, course_id)
);
create index enrollments_course on enrollments (course_id);
create index enrollments_training on enrollments (training_id);
select stoa_guard('enrollments');

create table lesson_progress (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  user_id text not null references users on delete cascade,
  lesson_id text not null references lessons on delete cascade,
  course_id text not null references courses on delete cascade,
  is_completed boolean not null default false,
  time_spent integer not null default 0,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  unique (user_id, lesson_id)
);
create index lesson_progress_course on lesson_progress (course_id, user_id);
create index lesson_progress_lesson on lesson_progress (lesson_id);
select stoa_guard('lesson_progress');

-- What somebody's completed lessons make of the enrolment: the share of the required ones.
create function stoa_course_progress(who text, of_course text) returns void language sql as $$
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

create table certificates (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  user_id text not null references users on delete cascade,
  course_id text not null references courses on delete cascade,
  title text not null,
  description text,
  certificate_url text,
  issued_at timestamptz not null default now(),
  expires_at timestamptz,
  metadata text,
  unique (user_id, course_id)
);
create index certificates_course on certificates (course_id);
select stoa_guard('certificates');

create table learning_resources (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  title text not null,
  description text,
  category text not null,
  type text not null,
  url text not null,
  download_url text,
  thumbnail_url text,
  author_id text references users on delete set null,
  author_name text not null default '',
  tags text[] not null default '{}',
  download_count integer not null default 0,
  rating double precision not null default 0,
  is_public boolean not null default true,
  required_role text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index learning_resources_created
  on learning_resources (establishment_id, created_at desc, id desc);
create index learning_resources_author on learning_resources (author_id);
select stoa_guard('learning_resources');

create table quizzes (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  course_id text references courses on delete cascade,
  lesson_id text references lessons on delete cascade,
  title text not null,
  description text,
  questions jsonb not null,
  passing_score integer not null default 70 check (passing_score between 0 and 100),
  time_limit integer,           -- minutes
  allow_retries boolean not null default true,
  max_attempts integer not null default 3,
  is_required boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index quizzes_course on quizzes (course_id);
create index quizzes_lesson on quizzes (lesson_id);
select stoa_guard('quizzes');

create table quiz_attempts (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  user_id text not null references users on delete cascade,
  quiz_id text not null references quizzes on delete cascade,
  course_id text references courses on delete cascade,
  attempt_number integer not null default 1,
  answers jsonb not null default '{}',
  score integer,
  passed boolean not null default false,
  started_at timestamptz not null default now(),
  completed_at timestamptz,
  time_spent integer,           -- seconds
  unique (user_id, quiz_id, attempt_number)
);
create index quiz_attempts_quiz on quiz_attempts (quiz_id);
create index quiz_attempts_course on quiz_attempts (course_id);
select stoa_guard('quiz_attempts');
