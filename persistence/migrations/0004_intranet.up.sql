-- What an intranet needs beside people: news, papers, media, letters, complaints, who may what, and
-- how its front end is set.

-- -- people ---------------------------------------------------------------------------------------
-- Where people sign in by user name, that name is unique in their establishment, and an e-mail
-- address may be missing: '' stands for none, since everyone else's is required.
alter table users
  add column signs_in_by_name boolean not null default false,
  add column employee_number text,
  add column employee_category_id text,
  add column display_name text not null generated always as (
    case when coalesce(first_name, '') = '' or coalesce(last_name, '') = ''
      then coalesce(nullif(first_name, ''), nullif(last_name, ''), nullif(username, ''), email)
      else first_name || ' ' || last_name end) stored,
  add column mail_address text generated always as (nullif(email, '')) stored;
create unique index users_sign_in_name on users (establishment_id, lower(username))
  where signs_in_by_name;
create unique index users_employee_number on users (establishment_id, employee_number);
drop index users_email;
create unique index users_email on users (lower(email)) where email <> '';
create index users_by_email on users (lower(email));

create table employee_categories (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  name text not null,
  description text,
  color text not null default '#10B981',
  permissions text[] not null default '{}',
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);
create unique index employee_categories_name on employee_categories (establishment_id, lower(name));
select stoa_guard('employee_categories');
alter table users add constraint users_employee_category
  foreign key (employee_category_id) references employee_categories on delete set null;
create index users_employee_category on users (employee_category_id);

create table user_settings (
  user_id text primary key references users on delete cascade,
  establishment_id text references establishments on delete cascade,
  settings jsonb not null,
  updated_at timestamptz not null default now()
);
select stoa_guard('user_settings');

-- -- what is read ---------------------------------------------------------------------------------

create table announcements (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  title text not null,
  content text not null,
  type text not null default 'info' check (type in ('info', 'important', 'event', 'formation')),
  author_id text references users on delete set null,
  author_name text not null default '',
  image_url text,
  icon text default '📢',
  created_at timestamptz not null default now(),
  is_important boolean not null default false,
  is_public boolean not null default false
);
create index announcements_created on announcements (establishment_id, created_at desc, id desc);
create index announcements_author on announcements (author_id);
select stoa_guard('announcements');

create table documents (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  title text not null,
  description text,
  category text not null,
  file_name text not null,
  file_url text not null,
  updated_at timestamptz not null default now(),
  version text not null default '1.0',
  is_public boolean not null default false,
  has_multimedia boolean not null default false
);
create index documents_updated on documents (establishment_id, updated_at desc, id desc);
select stoa_guard('documents');

create table contents (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  title text not null,
  type text not null check (type in ('video', 'image', 'document', 'audio')),
  category text not null,
  description text,
  file_url text not null default '',
  thumbnail_url text,
  duration text,
  view_count integer not null default 0,
  rating integer not null default 0,
  tags text[] not null default '{}',
  is_popular boolean not null default false,
  is_featured boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index contents_created on contents (establishment_id, created_at desc, id desc);
select stoa_guard('contents');

create table content_categories (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  name text not null,
  description text,
  icon text default '📁',
  color text default '#3B82F6',
  is_visible boolean not null default true,
  sort_order integer not null default 0,
  created_at timestamptz not null default now()
);
create unique index content_categories_name on content_categories (establishment_id, lower(name));
create index content_categories_order on content_categories (establishment_id, sort_order, id);
select stoa_guard('content_categories');

-- -- what is written to others --------------------------------------------------------------------

create table letters (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  sender_id text not null references users on delete cascade,
  recipient_id text not null references users on delete cascade,
  subject text not null,
  content text not null,
  is_read boolean not null default false,
  created_at timestamptz not null default now()
);
create index letters_recipient on letters (recipient_id, created_at desc, id desc);
create index letters_sender on letters (sender_id, created_at desc, id desc);
select stoa_guard('letters');

create table complaints (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  submitter_id text not null references users on delete cascade,
  assigned_to_id text references users on delete set null,
  title text not null,
  description text not null,
  category text not null,
  priority text not null default 'medium' check (priority in ('low', 'medium', 'high', 'urgent')),
  status text not null default 'open'
    check (status in ('open', 'in_progress', 'resolved', 'closed')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index complaints_created on complaints (establishment_id, created_at desc, id desc);
create index complaints_submitter on complaints (submitter_id);
create index complaints_assigned on complaints (assigned_to_id);
select stoa_guard('complaints');

-- -- how it is set --------------------------------------------------------------------------------

create table intranet_settings (
  establishment_id text primary key references establishments on delete cascade,
  show_announcements boolean not null default true,
  show_content boolean not null default true,
  show_documents boolean not null default true,
  show_forum boolean not null default true,
  show_messages boolean not null default true,
  show_complaints boolean not null default true,
  show_training boolean not null default true,
  forum_enabled boolean not null default true,
  require_topic_approval boolean not null default false,
  require_post_approval boolean not null default false,
  updated_at timestamptz not null default now()
);
select stoa_guard('intranet_settings');

create table page_views (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  view_id text not null,
  name text not null default '',
  description text,
  icon text not null default 'FileText',
  is_visible boolean not null default true,
  sort_order integer not null default 0,
  color text not null default '#3B82F6',
  is_core boolean not null default false,
  access_level text not null default 'all' check (access_level in ('all', 'employee', 'admin')),
  category text not null default 'main'
    check (category in ('main', 'communication', 'tools', 'management')),
  layout text not null default 'grid' check (layout in ('grid', 'list', 'card', 'table')),
  allowed_roles text[],
  custom_settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (establishment_id, view_id)
);
select stoa_guard('page_views');

-- Gives an establishment that has no pages yet the usual eight.
create function stoa_usual_pages(of_establishment text) returns void language sql as $$
  insert into page_views (id, establishment_id, view_id, name, icon, is_visible, sort_order, color,
                          is_core, access_level, category)
  select of_establishment || ':' || v.id, of_establishment, v.id, v.name, v.icon, v.shown, v.place,
         v.color, v.core, v.access, v.category
  from (values
    ('dashboard', 'Tableau de Bord', 'Home', true, 1, '#3B82F6', true, 'all', 'main'),
    ('announcements', 'Annonces', 'AlertTriangle', true, 2, '#EF4444', true, 'all',
     'communication'),
    ('documents', 'Documents', 'FileText', true, 3, '#10B981', true, 'all', 'main'),
    ('content', 'Contenu', 'FolderOpen', true, 4, '#8B5CF6', false, 'all', 'main'),
    ('directory', 'Annuaire', 'Users', true, 5, '#F59E0B', false, 'employee', 'tools'),
    ('messages', 'Messages', 'MessageCircle', true, 6, '#06B6D4', false, 'employee',
     'communication'),
    ('complaints', 'Réclamations', 'AlertTriangle', false, 7, '#DC2626', false, 'employee',
     'management'),
    ('administration', 'Administration', 'Shield', true, 8, '#7C3AED', true, 'admin', 'management')
  ) as v (id, name, icon, shown, place, color, core, access, category)
  where not exists (select 1 from page_views p where p.establishment_id = of_establishment)
  on conflict do nothing
$$;

-- -- searching ------------------------------------------------------------------------------------

-- Without accents and capitals. `unaccent` itself is only stable: its rules are a file; here the
-- dictionary is named, so that indexes may hold the result.
create extension if not exists pg_trgm;
create function stoa_plain(what text) returns text
  language sql immutable parallel safe strict as
  $$ select lower(public.unaccent('public.unaccent', what)) $$;
