-- The audit log: who did what that others may have to answer for. Entries of an establishment form a
-- chain: each has the SHA-256 of everything it says and of the entry before it. audit_heads keeps
-- how long the chain is and how it ends, so that cut-off entries are missed too.
-- '*' stands for the platform: what belongs to no establishment. There is no foreign key on purpose:
-- the log outlives what it is about.

create table audit_heads (
  establishment_id text primary key,
  seq bigint not null default 0,
  hash text not null default ''
);
select stoa_guard('audit_heads');

create table audit_entries (
  id text primary key generated always as (establishment_id || ':' || seq) stored,
  establishment_id text not null,
  seq bigint not null,
  at timestamptz not null,
  actor_id text,
  actor_name text,
  action text not null,
  subject_kind text,
  subject_id text,
  details jsonb not null default '{}',
  address text,
  previous_hash text not null,
  hash text not null,
  unique (establishment_id, seq)
);
create index audit_entries_action on audit_entries (establishment_id, action, seq);
create index audit_entries_actor on audit_entries (establishment_id, actor_id, seq);
create index audit_entries_subject on audit_entries (establishment_id, subject_id, seq);
select stoa_guard('audit_entries');

-- One field as it is hashed: its length in bytes and itself, so that no two rows read alike.
create function stoa_audit_field(what text) returns text language sql immutable parallel safe as
  $$ select case when what is null then '-;' else octet_length(what) || ':' || what || ';' end $$;

-- The hash of an entry; persistence/audit_chain.cpp computes the same without the database.
create function stoa_audit_hash(e audit_entries) returns text language sql stable as $$
  select encode(sha256(convert_to(
    stoa_audit_field(e.establishment_id) || stoa_audit_field(e.seq::text)
    || stoa_audit_field((extract(epoch from e.at) * 1000000)::bigint::text)
    || stoa_audit_field(e.actor_id) || stoa_audit_field(e.actor_name) || stoa_audit_field(e.action)
    || stoa_audit_field(e.subject_kind) || stoa_audit_field(e.subject_id)
    || stoa_audit_field(e.details::text) || stoa_audit_field(e.address)
    || stoa_audit_field(e.previous_hash), 'UTF8')), 'hex')
$$;

-- Links a new entry, whatever its writer says of its place. The head is locked until the end of the
-- transaction, so entries are in the order of their commits. It runs as the owner: the application
-- may add entries, but touch neither a head nor an entry that is there.
create function stoa_audit_link() returns trigger
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  head audit_heads;
begin
  insert into audit_heads (establishment_id) values (new.establishment_id) on conflict do nothing;
  select * into head from audit_heads where establishment_id = new.establishment_id for update;
  new.seq := head.seq + 1;
  new.at := clock_timestamp();
  new.previous_hash := head.hash;
  new.actor_name := coalesce(
    (select display_name from users where id = new.actor_id), new.actor_name);
  new.hash := stoa_audit_hash(new);
  update audit_heads set seq = new.seq, hash = new.hash
    where establishment_id = new.establishment_id;
  return new;
end $$;
create trigger audit_entries_link before insert on audit_entries
  for each row execute function stoa_audit_link();

-- -- what is written by itself ----------------------------------------------------------------------

-- Long values (a logo, a text) are told by their beginning.
create function stoa_audit_value(what jsonb) returns jsonb language sql immutable parallel safe as
  $$ select case when length(what::text) <= 400 then what else to_jsonb(left(what::text, 400)) end $$;

-- Writes an entry about the row that changed. Arguments: the action, the kind of the subject, the
-- column of its id, and the columns told always and told when they changed ('*': all of them).
-- Who acts is what the transaction says in stoa.actor and stoa.address, at any place in it, since
-- this runs at its end.
create function stoa_audited() returns trigger language plpgsql as $$
declare
  was jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  becomes jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  subject jsonb := was || becomes;
  who text := coalesce(nullif(current_setting('stoa.actor', true), ''), subject ->> 'deleted_by');
  told jsonb;
begin
  if tg_argv[0] = 'view.created' and who is null then
    return null;  -- the usual pages come by themselves
  end if;
  select coalesce(jsonb_object_agg(each.key, stoa_audit_value(each.value)), '{}') into told
    from jsonb_each(subject) each where each.key = any(string_to_array(tg_argv[3], ' '));
  if tg_op = 'UPDATE' and tg_argv[4] <> '' then
    select told || coalesce(jsonb_object_agg(each.key, jsonb_build_object(
        'from', stoa_audit_value(was -> each.key), 'to', stoa_audit_value(each.value))), '{}')
      into told from jsonb_each(becomes) each
      where each.value is distinct from was -> each.key and each.key <> 'updated_at'
      and (tg_argv[4] = '*' or each.key = any(string_to_array(tg_argv[4], ' ')));
    if told = '{}' then
      return null;  -- saved again as it was
    end if;
  end if;
  insert into audit_entries
      (establishment_id, actor_id, action, subject_kind, subject_id, details, address)
    values (
      coalesce(case when tg_table_name = 'establishments' then subject ->> 'id' end,
               subject ->> 'establishment_id', '*'),
      who, tg_argv[0], tg_argv[1], subject ->> tg_argv[2], told,
      nullif(current_setting('stoa.address', true), ''));
  return null;
end $$;

-- Watches one kind of change of one table. Of rows that go with others (on delete cascade) only the
-- others are told.
create function stoa_audit(
    watched regclass, happens text, action text, kind text,
    told text default '', changes text default '', condition text default 'true',
    id_column text default 'id') returns void language plpgsql as $$
begin
  execute format(
    'create constraint trigger %I after %s on %s deferrable initially deferred'
    ' for each row when (pg_trigger_depth() = 0 and (%s))'
    ' execute function stoa_audited(%L, %L, %L, %L, %L)',
    'audit_' || replace(action, '.', '_') || '_' || lower(left(happens, 6)), happens, watched,
    condition, action, kind, id_column, told, changes);
end $$;

select stoa_audit('users', 'insert', 'user.created', 'user', 'username role', '',
                  'new.role <> ''learner''');
select stoa_audit('users', 'update of role', 'user.role', 'user', '', 'role',
                  'old.role is distinct from new.role');
select stoa_audit('users', 'update of is_active', 'user.active', 'user', '', 'is_active',
                  'old.is_active is distinct from new.is_active');
select stoa_audit('users', 'update of employee_category_id', 'user.category', 'user', '',
                  'employee_category_id',
                  'old.employee_category_id is distinct from new.employee_category_id');
-- A sign-in that only hashes the same password anew also notes when it was.
select stoa_audit('users', 'update of password', 'user.password', 'user', '', '',
                  'old.password is distinct from new.password'
                  ' and old.last_login_at is not distinct from new.last_login_at');
select stoa_audit('users', 'delete', 'user.removed', 'user', 'username role');

select stoa_audit('user_permissions', 'insert', 'permission.granted', 'user', 'permission granted',
                  '', 'true', 'user_id');
select stoa_audit('user_permissions', 'update', 'permission.granted', 'user', 'permission',
                  'granted expires_at', 'old.granted is distinct from new.granted'
                  ' or old.expires_at is distinct from new.expires_at', 'user_id');
select stoa_audit('user_permissions', 'delete', 'permission.revoked', 'user', 'permission', '',
                  'true', 'user_id');

select stoa_audit('employee_categories', 'insert', 'employee_category.created',
                  'employee_category', 'name permissions');
select stoa_audit('employee_categories', 'update', 'employee_category.changed',
                  'employee_category', '', '*');
select stoa_audit('employee_categories', 'delete', 'employee_category.removed',
                  'employee_category', 'name permissions');

select stoa_audit('establishments', 'update', 'establishment.changed', 'establishment', '', '*');
select stoa_audit('intranet_settings', 'update', 'settings.changed', 'settings', '', '*', 'true',
                  'establishment_id');
select stoa_audit('page_views', 'insert', 'view.created', 'view', 'name access_level', '', 'true',
                  'view_id');
select stoa_audit('page_views', 'update', 'view.changed', 'view', '', '*', 'true', 'view_id');
select stoa_audit('page_views', 'delete', 'view.removed', 'view', 'name', '', 'true', 'view_id');

select stoa_audit('announcements', 'delete', 'announcement.removed', 'announcement', 'title');
select stoa_audit('documents', 'delete', 'document.removed', 'document', 'title');
select stoa_audit('events', 'delete', 'event.removed', 'event', 'title');
select stoa_audit('contents', 'delete', 'content.removed', 'content', 'title');
select stoa_audit('content_categories', 'delete', 'content_category.removed', 'content_category',
                  'name');
select stoa_audit('complaints', 'delete', 'complaint.removed', 'complaint', 'title');
select stoa_audit('trainings', 'delete', 'training.removed', 'training', 'title');
select stoa_audit('courses', 'delete', 'course.removed', 'course', 'title');
select stoa_audit('lessons', 'delete', 'lesson.removed', 'lesson', 'title');
select stoa_audit('forum_categories', 'delete', 'forum_category.removed', 'forum_category', 'name');
select stoa_audit('forum_topics', 'delete', 'forum_topic.removed', 'forum_topic', 'title');
select stoa_audit('forum_posts', 'update of is_deleted', 'forum_post.removed', 'forum_post',
                  'topic_id author_name', '', 'new.is_deleted and not old.is_deleted');
select stoa_audit('uploaded_files', 'delete', 'file.removed', 'file', 'original_name');
