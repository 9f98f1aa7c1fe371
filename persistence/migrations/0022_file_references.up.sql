-- Which rows refer to which files: a file that somebody sent goes with the last row that showed it.

-- An establishment's files outlive whoever sent them.
alter table uploaded_files alter uploaded_by drop not null,
  drop constraint uploaded_files_uploaded_by_fkey,
  add constraint uploaded_files_uploaded_by_fkey
    foreign key (uploaded_by) references users on delete set null;

create table file_references (
  file_name text not null,   -- of uploaded_files, or `avatars/…`
  establishment_id text references establishments on delete cascade,
  referrer text not null,    -- a table
  referrer_id text not null,
  primary key (file_name, referrer, referrer_id)
);
create index file_references_referrer on file_references (referrer, referrer_id);
create index file_references_establishment on file_references (establishment_id);
create index uploaded_files_establishment on uploaded_files (establishment_id);
select stoa_guard('file_references');

-- The names of our files in these columns of a row.
create function stoa_files_in(what jsonb, columns text[]) returns setof text
  language sql immutable as $$
  select distinct m.found[1] from unnest(columns) as c (name),
    regexp_matches(what ->> c.name, '/uploads/((?:avatars/)?[A-Za-z0-9_.-]+)', 'g') as m (found)
$$;

-- What follows from a row may concern rows of no establishment, or of one that is being removed. A `set`
-- clause of the functions would do it, but only a superuser may give them one. Answers in whose name
-- the transaction ran, to be given back.
create function stoa_enter_platform() returns text language plpgsql as $$
declare
  before text := coalesce(current_setting('stoa.establishment', true), '');
begin
  perform set_config('stoa.establishment', '*', true);
  return before;
end $$;
create function stoa_leave_platform(before text) returns void language plpgsql as $$
begin
  perform set_config('stoa.establishment', before, true);
end $$;

-- The bytes go after the commit, and surely: a job takes them away, however long their place is out
-- of reach. It belongs to no establishment, since that may be what is removed.
create function stoa_remove_bytes(place text) returns void language plpgsql as $$
declare
  before text := stoa_enter_platform();
begin
  insert into jobs (kind, payload, lasts)
    values ('remove_file', jsonb_build_object('name', place), '10 years');
  perform stoa_leave_platform(before);
end $$;

create function stoa_file_gone() returns trigger language plpgsql as $$
declare
  before text := stoa_enter_platform();
begin
  delete from file_references where file_name = old.file_name;
  perform stoa_remove_bytes('intranet/' || old.file_name);
  perform stoa_leave_platform(before);
  return null;
end $$;
create trigger uploaded_files_gone after delete on uploaded_files
  for each row execute function stoa_file_gone();

-- Arguments: the column of the row's author, whose own files alone go with it (empty: any file of the
-- establishment), and the columns with addresses. A file's row is locked before its references
-- change, so two rows that come and go at the same time agree on who was the last.
create function stoa_track_files() returns trigger language plpgsql as $$
declare
  before text := stoa_enter_platform();
  author text := tg_argv[0];
  columns text[] := tg_argv[1:];
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  becomes jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  owner_column text := case tg_table_name when 'establishments' then 'id' else 'establishment_id' end;
  file text;
begin
  for file in select stoa_files_in(becomes, columns) except select stoa_files_in(was, columns) loop
    if file like 'avatars/%' then
      insert into file_references values (file, becomes ->> owner_column, tg_table_name, becomes ->> 'id')
        on conflict do nothing;
    else
      insert into file_references
        select file, u.establishment_id, tg_table_name, becomes ->> 'id' from uploaded_files u
        where u.file_name = file and u.establishment_id = becomes ->> owner_column for update
        on conflict do nothing;
    end if;
  end loop;
  for file in select stoa_files_in(was, columns) except select stoa_files_in(becomes, columns) loop
    perform from uploaded_files where file_name = file for update;
    delete from file_references f
      where f.file_name = file and f.referrer = tg_table_name and f.referrer_id = was ->> 'id';
    if found and not exists (select from file_references f where f.file_name = file) then
      if file like 'avatars/%' then
        perform stoa_remove_bytes(file);
      else
        delete from uploaded_files u where u.file_name = file
          and (author = '' or u.uploaded_by is null or u.uploaded_by = was ->> author);
      end if;
    end if;
  end loop;
  perform stoa_leave_platform(before);
  return null;
end $$;

-- Says that these columns of a table hold addresses of files, for the rows that are there, too.
create function stoa_shows_files(referrer regclass, author text, variadic columns text[])
  returns void language plpgsql as $$
declare
  owner_column text := case referrer::text when 'establishments' then 'id' else 'establishment_id' end;
  arguments text := (select string_agg(quote_literal(a), ', ')
                     from unnest(array[author] || columns) as a);
  shows text;
  changes text;
begin
  select string_agg(format(case when a.atttypid = 'text[]'::regtype
                                then 'array_to_string($row.%I, '' '') like ''%%/uploads/%%'''
                                else '$row.%I like ''%%/uploads/%%''' end, a.attname), ' or '),
         string_agg(format('old.%I is distinct from new.%I', a.attname, a.attname), ' or ')
    into shows, changes
    from pg_attribute a where a.attrelid = referrer and a.attname = any(columns);
  execute format('create trigger %I after insert on %s for each row when (%s)'
                 ' execute function stoa_track_files(%s)',
                 referrer || '_files_new', referrer, replace(shows, '$row', 'new'), arguments);
  execute format('create trigger %I after update on %s for each row when (%s)'
                 ' execute function stoa_track_files(%s)',
                 referrer || '_files_changed', referrer, changes, arguments);
  execute format('create trigger %I after delete on %s for each row when (%s)'
                 ' execute function stoa_track_files(%s)',
                 referrer || '_files_gone', referrer, replace(shows, '$row', 'old'), arguments);
  execute format('insert into file_references select f.name, t.%I, %L, t.id'
                 ' from %s t, stoa_files_in(to_jsonb(t), %L) as f (name) where (%s)'
                 ' and (f.name like ''avatars/%%'' or exists (select from uploaded_files u'
                 ' where u.file_name = f.name and u.establishment_id = t.%I))'
                 ' on conflict do nothing',
                 owner_column, referrer::text, referrer, columns, replace(shows, '$row', 't'),
                 owner_column);
end $$;

select stoa_shows_files('announcements', '', 'image_url');
select stoa_shows_files('documents', '', 'file_url');
select stoa_shows_files('contents', '', 'file_url', 'thumbnail_url');
select stoa_shows_files('trainings', '', 'thumbnail_url', 'document_urls');
select stoa_shows_files('courses', '', 'thumbnail_url');
select stoa_shows_files('lessons', '', 'video_url', 'document_url', 'attachments');
select stoa_shows_files('certificates', '', 'certificate_url');
select stoa_shows_files('learning_resources', '', 'url', 'download_url', 'thumbnail_url');
select stoa_shows_files('forum_posts', 'author_id', 'attachments');
select stoa_shows_files('users', 'id', 'profile_image_url');
select stoa_shows_files('establishments', '', 'logo');
select stoa_shows_files('menu_items', '', 'url');
select stoa_shows_files('establishment_branding', '', 'logo_url', 'favicon_url');

-- What somebody sent and no row shows goes with their account.
create function stoa_unshown_files_gone() returns trigger language plpgsql as $$
declare
  before text := stoa_enter_platform();
begin
  delete from uploaded_files u where u.uploaded_by = old.id
    and not exists (select from file_references f where f.file_name = u.file_name);
  perform stoa_leave_platform(before);
  return old;
end $$;
create trigger users_unshown_files before delete on users
  for each row execute function stoa_unshown_files_gone();
