-- Events with those who come, and who is where on a campus. A user who is deleted takes their events,
-- attendances and check-in along.

create table events (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  title text not null,
  description text,
  date timestamptz not null,
  location text,
  type text not null default 'meeting' check (type in ('meeting', 'training', 'social', 'other')),
  organizer_id text references users on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index events_date on events (establishment_id, date, id);
create index events_organizer on events (organizer_id);
select stoa_guard('events');

create table event_attendees (
  event_id text not null references events on delete cascade,
  user_id text not null references users on delete cascade,
  establishment_id text not null references establishments on delete cascade,
  joined_at timestamptz not null default clock_timestamp(),
  primary key (event_id, user_id)
);
create index event_attendees_user on event_attendees (user_id);
select stoa_guard('event_attendees');

create table check_ins (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  user_id text not null unique references users on delete cascade,  -- one check-in a person
  location_name text not null,
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  status_emoji text,
  created_at timestamptz not null,
  updated_at timestamptz not null default now()
);
create index check_ins_created on check_ins (establishment_id, created_at);
select stoa_guard('check_ins');
