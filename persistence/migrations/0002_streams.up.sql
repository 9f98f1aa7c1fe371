-- Streams and what they are projected to. A stream is anything with numbered events: a room, a study
-- group, a board. (stream, seq) orders, resumes and fences: a second owner of the same stream cannot
-- use a number twice. (author_id, client_key) gives a wish its name: a retry finds its first answer.

--
-- The two tables that grow with every message have no foreign keys but the room's: their only writer
-- has read its establishment and its members from the tables they would point to, users are never
-- deleted, and each check would cost as much as the insert.

create table stream_events (
  stream text not null,
  seq bigint not null check (seq > 0),
  establishment_id text not null,
  kind text not null,
  author_id text not null,
  client_key text,
  subject text,                 -- the message or member that the event is about
  data jsonb not null,
  created_at timestamptz not null,
  primary key (stream, seq)
);
create unique index stream_events_key on stream_events (author_id, client_key)
  where client_key is not null;
select stoa_guard('stream_events');

create table rooms (
  id text primary key,
  establishment_id text not null references establishments,
  kind text not null check (kind in ('group', 'room', 'direct')),
  name text not null,
  topic text,
  is_public boolean not null default false,
  direct_key text unique,       -- both user ids in order, for a direct conversation
  created_by text not null references users,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index rooms_establishment on rooms (establishment_id, created_at desc);
select stoa_guard('rooms');

create table room_members (
  room_id text not null references rooms on delete cascade,
  user_id text not null references users on delete cascade,
  id text not null unique,
  establishment_id text not null references establishments,
  role text not null default 'member' check (role in ('member', 'moderator', 'admin')),
  read_seq bigint not null default 0,
  joined_at timestamptz not null default now(),
  last_active timestamptz not null default now(),
  primary key (room_id, user_id)
);
create index room_members_user on room_members (user_id);
select stoa_guard('room_members');

create text search configuration stoa_search (copy = simple);
create extension if not exists unaccent;
alter text search configuration stoa_search
  alter mapping for hword, hword_part, word with unaccent, simple;

create table messages (
  room_id text not null references rooms on delete cascade,
  seq bigint not null,
  id text not null unique,
  establishment_id text not null,
  author_id text not null,
  type text not null default 'text'
    check (type in ('text', 'file', 'image', 'link', 'poll', 'whiteboard')),
  content text not null,
  metadata jsonb,
  reply_to_id text,
  thread_id text,               -- id of the message that began the thread
  edited_at timestamptz,
  is_deleted boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  words tsvector generated always as (to_tsvector('stoa_search', content)) stored,
  primary key (room_id, seq)
);
create index messages_words on messages using gin (words);
create index messages_thread on messages (thread_id, seq) where thread_id is not null;
select stoa_guard('messages');

create table message_reactions (
  message_id text not null references messages (id) on delete cascade,
  user_id text not null references users on delete cascade,
  emoji text not null,
  establishment_id text not null references establishments,
  created_at timestamptz not null default now(),
  primary key (message_id, user_id, emoji)
);
select stoa_guard('message_reactions');

create table study_groups (
  id text primary key references rooms,   -- the group's room has the group's id
  establishment_id text not null references establishments,
  course_id text,
  created_by text not null references users,
  name text not null,
  description text,
  max_members integer not null default 10 check (max_members between 2 and 1000),
  status text not null default 'active' check (status in ('active', 'archived', 'scheduled')),
  is_public boolean not null default true,
  tags text[],
  scheduled_date timestamptz,
  end_date timestamptz,
  meeting_url text,
  settings jsonb not null default '{"allowFileSharing":true,"allowScreenShare":true,"allowWhiteboard":true,"allowPolls":true,"moderatorOnly":false}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index study_groups_establishment on study_groups (establishment_id, created_at desc);
select stoa_guard('study_groups');

create table whiteboards (
  id text primary key,
  establishment_id text not null references establishments,
  study_group_id text not null references study_groups on delete cascade,
  created_by text not null references users,
  title text not null,
  data jsonb not null,          -- the snapshot
  snapshot_seq bigint not null default 0,  -- the last operation that the snapshot contains
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index whiteboards_group on whiteboards (study_group_id, updated_at desc);
select stoa_guard('whiteboards');

create table notifications (
  id text primary key,
  user_id text not null references users on delete cascade,
  establishment_id text not null references establishments on delete cascade,
  seq bigint not null,          -- numbers of one user's notifications, without a gap
  type text not null,
  title text not null,
  message text not null,
  data jsonb,
  is_read boolean not null default false,
  read_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, seq)
);
create index notifications_list on notifications (user_id, is_read, created_at desc);
select stoa_guard('notifications');

create table notification_counters (
  user_id text primary key references users on delete cascade,
  establishment_id text not null references establishments on delete cascade,
  last_seq bigint not null
);
select stoa_guard('notification_counters');

-- Notifies one user inside the transaction that gives the reason: the counter's row lock makes the
-- numbers gapless and their order the order of commits.
create function stoa_notify(recipient text, tenant text, new_id text, new_type text,
                            new_title text, new_message text, new_data jsonb)
  returns jsonb language sql as $$
  with next as (
    insert into notification_counters values (recipient, tenant, 1)
    on conflict (user_id) do update set last_seq = notification_counters.last_seq + 1
    returning last_seq)
  insert into notifications (id, user_id, establishment_id, seq, type, title, message, data)
  select new_id, recipient, tenant, last_seq, new_type, new_title, new_message, new_data from next
  returning to_jsonb(notifications)
$$;

create table jobs (
  id bigint generated always as identity primary key,
  establishment_id text references establishments on delete cascade,
  kind text not null,
  payload jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'dead')),
  attempts integer not null default 0,
  run_at timestamptz not null default now(),
  leased_until timestamptz,     -- while somebody works on it
  last_error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index jobs_due on jobs (run_at) where state = 'waiting';
select stoa_guard('jobs');
