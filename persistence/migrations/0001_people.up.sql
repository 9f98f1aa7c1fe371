-- Establishments, the people in them, their sessions and what an establishment looks like.
-- Every tenant table carries establishment_id and is guarded by row-level security: the setting
-- stoa.establishment names the tenant of a transaction, '*' is the platform, unset sees nothing.

-- Guards one table; `column_name` holds the establishment's id. NULL belongs to the platform.
create function stoa_guard(table_name regclass, column_name text default 'establishment_id')
  returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', table_name);
  execute format('alter table %s force row level security', table_name);
  execute format(
    'create policy tenant on %s using (%I = current_setting(''stoa.establishment'', true)'
    ' or current_setting(''stoa.establishment'', true) = ''*'')'
    ' with check (%I = current_setting(''stoa.establishment'', true)'
    ' or current_setting(''stoa.establishment'', true) = ''*'')',
    table_name, column_name, column_name);
end $$;

create table establishments (
  id text primary key,
  name text not null,
  slug text not null unique,
  description text,
  logo text,
  domain text,
  is_active boolean not null default true,
  settings jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select stoa_guard('establishments', 'id');

create table users (
  id text primary key,
  establishment_id text references establishments,
  email text not null,
  username text not null,
  password text not null,
  first_name text,
  last_name text,
  profile_image_url text,
  role text not null default 'learner'
    check (role in ('learner', 'trainer', 'manager', 'admin', 'super_admin')),
  phone_number text,
  department text,
  position text,
  bio text,
  preferences jsonb,
  metadata jsonb,
  is_active boolean not null default true,
  is_email_verified boolean not null default false,
  last_login_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_email on users (lower(email));
create index users_establishment on users (establishment_id, is_active);
select stoa_guard('users');

create table sessions (
  token_hash text primary key,
  id text not null unique,
  user_id text not null references users on delete cascade,
  establishment_id text references establishments on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);
select stoa_guard('sessions');

create table user_permissions (
  id text primary key,
  user_id text not null references users on delete cascade,
  establishment_id text references establishments on delete cascade,
  permission text not null,
  granted boolean not null default true,
  granted_by text references users,
  reason text,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  unique (user_id, permission)
);
select stoa_guard('user_permissions');

create table themes (
  id text primary key,
  establishment_id text references establishments on delete cascade,
  name text not null,
  is_active boolean not null default false,
  primary_color text not null default '#6366f1',
  secondary_color text not null default '#06b6d4',
  accent_color text not null default '#10b981',
  background_color text not null default '#ffffff',
  text_color text not null default '#1f2937',
  font_family text not null default 'Inter',
  font_size text not null default '16px',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index themes_one_active on themes (establishment_id) where is_active;
select stoa_guard('themes');

create table menu_items (
  id text primary key,
  establishment_id text references establishments on delete cascade,
  label text not null,
  url text not null,
  icon text,
  parent_id text references menu_items,
  sort_order integer not null default 0,
  is_active boolean not null default true,
  permissions jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index menu_items_order on menu_items (establishment_id, sort_order);
select stoa_guard('menu_items');

create table customizable_contents (
  id text primary key,
  establishment_id text references establishments on delete cascade,
  block_key text not null,
  block_type text not null,
  content text not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (establishment_id, block_key)
);
select stoa_guard('customizable_contents');

create table customizable_pages (
  id text primary key,
  establishment_id text references establishments on delete cascade,
  page_name text not null,
  page_title text not null,
  page_description text,
  layout jsonb not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (establishment_id, page_name)
);
select stoa_guard('customizable_pages');

create table establishment_branding (
  id text primary key,
  establishment_id text not null unique references establishments on delete cascade,
  logo_url text,
  favicon_url text,
  primary_color text not null default '#3b82f6',
  secondary_color text not null default '#64748b',
  accent_color text not null default '#10b981',
  custom_css text,
  navigation_config jsonb,
  footer_config jsonb,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select stoa_guard('establishment_branding');
