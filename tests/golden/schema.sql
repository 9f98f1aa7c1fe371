CREATE SCHEMA public;

COMMENT ON SCHEMA public IS 'standard public schema';

CREATE FUNCTION public.stoa_account_closed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  perform stoa_free_places(old.id);
  return old;
end $$;

CREATE FUNCTION public.stoa_any_of(words text[]) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
  return (select string_agg(distinct '''' || replace(replace(w, '\', '\\'), '''', '''''') || '''',
                            ' | ')
          from unnest(words) as w)::tsquery;
end $$;

CREATE FUNCTION public.stoa_apart(what text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
  select translate(regexp_replace(regexp_replace(regexp_replace(regexp_replace(normalize(what),
    '([[:alpha:]])\+\+', '\1plusplus', 'g'), '([[:alpha:]])#(?![[:alnum:]])', '\1sharp', 'g'),
    '([[:alpha:]])(?=[0-9])', '\1 ', 'g'), '([0-9])(?=[[:alpha:]])', '\1 ', 'g'),
    '.@-_/\:+#&"=?%', '              ')
$$;

CREATE FUNCTION public.stoa_audit(watched regclass, happens text, action text, kind text, told text DEFAULT ''::text, changes text DEFAULT ''::text, condition text DEFAULT 'true'::text, id_column text DEFAULT 'id'::text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  execute format(
    'create constraint trigger %I after %s on %s deferrable initially deferred'
    ' for each row when (pg_trigger_depth() = 0 and (%s))'
    ' execute function stoa_audited(%L, %L, %L, %L, %L)',
    'audit_' || replace(action, '.', '_') || '_' || lower(left(happens, 6)), happens, watched,
    condition, action, kind, id_column, told, changes);
end $$;

CREATE FUNCTION public.stoa_audit_field(what text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select case when what is null then '-;' else octet_length(what) || ':' || what || ';' end $$;

CREATE TABLE public.audit_entries (
    id text GENERATED ALWAYS AS (((establishment_id || ':'::text) || seq)) STORED NOT NULL,
    establishment_id text NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id text,
    actor_name text,
    action text NOT NULL,
    subject_kind text,
    subject_id text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    address text,
    previous_hash text NOT NULL,
    hash text NOT NULL
);

ALTER TABLE ONLY public.audit_entries FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.stoa_audit_hash(e public.audit_entries) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select encode(sha256(convert_to(
    stoa_audit_field(e.establishment_id) || stoa_audit_field(e.seq::text)
    || stoa_audit_field((extract(epoch from e.at) * 1000000)::bigint::text)
    || stoa_audit_field(e.actor_id) || stoa_audit_field(e.actor_name) || stoa_audit_field(e.action)
    || stoa_audit_field(e.subject_kind) || stoa_audit_field(e.subject_id)
    || stoa_audit_field(e.details::text) || stoa_audit_field(e.address)
    || stoa_audit_field(e.previous_hash), 'UTF8')), 'hex')
$$;

CREATE FUNCTION public.stoa_audit_link() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.stoa_audit_value(what jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select case when length(what::text) <= 400 then what else to_jsonb(left(what::text, 400)) end $$;

CREATE FUNCTION public.stoa_audited() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  was jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  becomes jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  subject jsonb := was || becomes;
  who text := coalesce(subject ->> 'deleted_by', nullif(current_setting('stoa.actor', true), ''));
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

CREATE FUNCTION public.stoa_bare(what text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
declare
  bare text := left(coalesce(what, ''), 50000);
begin
  if bare ~ '[\u0300-\u036f]' then
    bare := normalize(bare);
  end if;
  bare := lower(public.unaccent('public.unaccent', bare));
  if bare ~ '[[:alpha:]](\+\+|#)' then
    bare := regexp_replace(regexp_replace(bare, '([[:alpha:]])\+\+', '\1plusplus', 'g'),
                           '([[:alpha:]])#(?![[:alnum:]])', '\1sharp', 'g');
  end if;
  return translate(bare, '.@-_/\''’:+#&"=?%', '                 ');
end $$;

CREATE FUNCTION public.stoa_compounds(what text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
  select string_agg(public.stoa_apart(word), ' ')
  from regexp_split_to_table(left(what, 50000), '\s+') as word where public.stoa_has_compounds(word)
$$;

CREATE FUNCTION public.stoa_course_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if tg_op <> 'INSERT' then
    perform stoa_recount_course(old.course_id);
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.course_id is distinct from old.course_id) then
    perform stoa_recount_course(new.course_id);
  end if;
  return null;
end $$;

CREATE FUNCTION public.stoa_course_progress(who text, of_course text) RETURNS void
    LANGUAGE sql
    AS $$
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
  from share where e.user_id = who and e.course_id = of_course
    and e.status not in ('failed', 'completed')
$$;

CREATE FUNCTION public.stoa_enter_platform() RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  before text := coalesce(current_setting('stoa.establishment', true), '');
begin
  perform set_config('stoa.establishment', '*', true);
  return before;
end $$;

CREATE FUNCTION public.stoa_file_gone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  before text := stoa_enter_platform();
begin
  delete from file_references where file_name = old.file_name;
  perform stoa_remove_bytes('intranet/' || old.file_name);
  perform stoa_leave_platform(before);
  return null;
end $$;

CREATE FUNCTION public.stoa_files_in(what jsonb, columns text[]) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE
    AS $$
  select distinct m.found[1] from unnest(columns) as c (name),
    regexp_matches(what ->> c.name, '/uploads/((?:avatars/)?[A-Za-z0-9_.-]+)', 'g') as m (found)
$$;

CREATE FUNCTION public.stoa_find_letters(wanted tsquery, me text, bonus real) RETURNS TABLE(id text, rank real)
    LANGUAGE plpgsql STABLE ROWS 100
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
  return query
  select found.id, bonus + ts_rank(found.words, wanted)
  from (select l.id, l.words, l.created_at from letters l
        where l.words @@ wanted and array[l.sender_id, l.recipient_id] @> array[me]
        order by l.created_at desc limit 500) as found
  order by 2 desc, found.created_at desc, found.id limit 100;
end $$;

CREATE FUNCTION public.stoa_find_messages(asked text, of_room text, me text, most integer) RETURNS TABLE(room_id text, seq bigint, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
  house text := current_setting('stoa.establishment');
  wanted tsquery := stoa_message_query(asked);
begin
  return query
  select found.room_id, found.seq, ts_rank(found.words, wanted)
  from (select m.room_id, m.seq, m.words, m.created_at from messages m
        where m.words @@ wanted and not m.is_deleted
          and (house = '*' or m.establishment_id = house)
          and (m.room_id = of_room or of_room is null
               and m.room_id in (select r.room_id from room_members r where r.user_id = me))
        order by m.created_at desc limit 500) as found
  order by 3 desc, found.created_at desc limit most;
end $$;

CREATE FUNCTION public.stoa_forum_person(who text) RETURNS TABLE(post_count bigint, topic_count bigint, like_count bigint, reputation bigint, joined_at timestamp with time zone, last_active_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
  with written as (
    select count(*) as posts, min(created_at) as first, max(created_at) as last
      from forum_posts where author_id = who and not is_deleted),
  begun as (select count(*) as topics from forum_topics where author_id = who),
  liked as (select count(*) as likes from forum_posts p join forum_likes l on l.post_id = p.id
            where p.author_id = who and not p.is_deleted and l.user_id <> who)
  select posts, topics, likes, 5 * topics + 2 * posts + 3 * likes,
         coalesce(first, now()), coalesce(last, now())
    from written, begun, liked
$$;

CREATE FUNCTION public.stoa_free_places(who text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  training text;
begin
  for training in
      select p.training_id from training_participants p join trainings t on t.id = p.training_id
      where p.user_id = who and p.status = 'registered'
        and (t.start_date is null or t.start_date > now())
      union select w.training_id from training_waiting w where w.user_id = who
      order by 1 loop
    perform stoa_leave_seat(training, who);
  end loop;
end $$;

CREATE FUNCTION public.stoa_guard(table_name regclass, column_name text DEFAULT 'establishment_id'::text) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.stoa_has_compounds(what text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
  select what ~ '[[:alnum:]][.@/_\\=?&%]+[[:alnum:]]|[[:alpha:]](\+\+|#)|[[:alpha:]]-?[0-9]|[0-9]-?[[:alpha:]]|[0-9]-[0-9]|[\u0300-\u036f]'
$$;

CREATE FUNCTION public.stoa_joined(VARIADIC parts text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select array_to_string(parts, ' ') $$;

CREATE FUNCTION public.stoa_key_person() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if tg_op = 'INSERT' then
    new.email_key := coalesce(new.email_key, nullif(stoa_typed_key(new.email), ''));
    new.name_key := coalesce(new.name_key, stoa_typed_key(new.username));
    return new;
  end if;
  if new.email is distinct from old.email then
    new.email_key := nullif(stoa_typed_key(new.email), '');
  end if;
  if new.username is distinct from old.username then
    new.name_key := stoa_typed_key(new.username);
  end if;
  return new;
end $$;

CREATE FUNCTION public.stoa_label_key(what text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
  select btrim(regexp_replace(translate(lower(normalize(what)),
    U&'\2018\2019\00A0\2009\202F\00AD\200B\200C\200D\2060\FEFF', '''''   '), '\s+', ' ', 'g'))
$$;

CREATE FUNCTION public.stoa_learn_row() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
begin
  if new.establishment_id is not null then
    insert into search_words (establishment_id, word)
    select new.establishment_id, w.word from unnest(tsvector_to_array(new.words)) as w (word)
    where length(w.word) between 3 and 40 and w.word !~ '^[0-9]'
      and not exists (select from search_words k
                      where k.establishment_id = new.establishment_id and k.word = w.word);
  end if;
  return null;
end $$;

CREATE FUNCTION public.stoa_leave_platform(before text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  perform set_config('stoa.establishment', before, true);
end $$;

CREATE FUNCTION public.stoa_leave_seat(of_training text, who text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.stoa_letter_lasts(letter text, facts jsonb, since timestamp with time zone) RETURNS interval
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select coalesce(case
    when letter = 'password_reset' then make_interval(mins => (facts ->> 'minutes')::integer)
    when letter in ('seat_taken', 'seat_freed')
      then greatest((facts ->> 'start')::timestamptz - since, interval '0') end, interval '7 days')
$$;

CREATE FUNCTION public.stoa_like(of_post text, by_user text, tenant text, reaction text, wanted boolean) RETURNS TABLE(liked boolean, likes bigint)
    LANGUAGE plpgsql
    AS $$
declare
  moved integer := 0;
  now_liked boolean;
begin
  perform 1 from forum_posts where id = of_post and not is_deleted for update;
  if not found then
    return;
  end if;
  now_liked := coalesce(wanted, not exists (
    select 1 from forum_likes l where l.post_id = of_post and l.user_id = by_user));
  if now_liked then
    insert into forum_likes (post_id, user_id, establishment_id, reaction_type)
      values (of_post, by_user, tenant, reaction) on conflict (post_id, user_id) do nothing;
    get diagnostics moved = row_count;
    if moved = 0 then
      update forum_likes l set reaction_type = reaction
        where l.post_id = of_post and l.user_id = by_user;
    end if;
  else
    delete from forum_likes l where l.post_id = of_post and l.user_id = by_user;
    get diagnostics moved = row_count;
    moved := -moved;
  end if;
  return query update forum_posts p set like_count = p.like_count + moved
    where p.id = of_post returning now_liked, p.like_count;
end $$;

CREATE FUNCTION public.stoa_message_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  perform stoa_retell(new.id, case when not new.is_deleted then new.content end);
  return null;
end $$;

CREATE FUNCTION public.stoa_message_gone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  perform stoa_retell(old.id, null);
  return null;
end $$;

CREATE FUNCTION public.stoa_message_query(asked text) RETURNS tsquery
    LANGUAGE plpgsql STABLE
    AS $$
declare
  most constant integer := 16;
  typed text[] := (regexp_split_to_array(btrim(asked, E' \t\r\n'), '\s+'))[1:most];
  word text;
  one tsquery;
  wanted tsquery;
begin
  for place in 1 .. cardinality(typed) loop
    word := stoa_apart(typed[place]);
    continue when word !~ '[[:alnum:]]';
    one := phraseto_tsquery('stoa_search', word);
    continue when numnode(one) = 0;
    if numnode(one) = 1 then
      one := one || coalesce(stoa_any_of(stoa_number_forms(trim(both '''' from one::text))), one);
    end if;
    if place = cardinality(typed) then
      one := one || (phraseto_tsquery('stoa_search', word)::text || ':*')::tsquery;
    end if;
    wanted := coalesce(wanted && one, one);
  end loop;
  return wanted;
end $$;

CREATE FUNCTION public.stoa_notify(recipient text, tenant text, new_id text, new_type text, new_title text, new_message text, new_data jsonb) RETURNS jsonb
    LANGUAGE sql
    AS $$
  with next as (
    insert into notification_counters values (recipient, tenant, 1)
    on conflict (user_id) do update set last_seq = notification_counters.last_seq + 1
    returning last_seq)
  insert into notifications (id, user_id, establishment_id, seq, type, title, message, data)
  select new_id, recipient, tenant, last_seq, new_type, new_title, new_message, new_data from next
  returning to_jsonb(notifications)
$$;

CREATE FUNCTION public.stoa_number_forms(word text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
  select array_remove(array[
    case when word ~ '..[^s]s$' then left(word, -1) end,
    case when word ~ '..[^sxz]$' then word || 's' end,
    case when word ~ '(eau|eu)x$' then left(word, -1) end,
    case when word ~ '(eau|eu)$' then word || 'x' end,
    case when word ~ '[^e]aux$' then left(word, -3) || 'al' end,
    case when word ~ '[^e]aux$' then left(word, -3) || 'ail' end,
    case when word ~ '..al$' then left(word, -2) || 'aux' end,
    case when word ~ '..ail$' then left(word, -3) || 'aux' end], null)
$_$;

CREATE FUNCTION public.stoa_offer_reset_link(typed text, address text, new_hash text, link text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  house text := current_setting('stoa.establishment');
  person text;
  minutes integer;
begin
  select id into person from users where email_key = any(stoa_typed_keys(typed, address))
    and establishment_id = house and is_active and signs_in_by_name
    order by email_key = lower(typed) desc limit 1 for no key update;
  if person is not null and (select count(*) from reset_links where user_id = person
                             and created_at > now() - interval '1 hour') < 3 then
    select case when jsonb_typeof(settings -> 'resetLinkMinutes') = 'number'
        then least(greatest((settings ->> 'resetLinkMinutes')::numeric, 5), 1440)::integer
        else 60 end
      into minutes from establishments where id = house;
    insert into reset_links (token_hash, establishment_id, user_id, expires_at)
      values (new_hash, house, person, now() + make_interval(mins => minutes));
    perform stoa_queue_letter(person, 'password_reset',
      jsonb_build_object('link', link, 'minutes', minutes::text), true);
  else
    insert into jobs (establishment_id, kind, payload, state, finished_at)
      values (house, 'mail', '{}', 'done', now() - interval '7 days');
  end if;
end $$;

CREATE FUNCTION public.stoa_plain(what text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ select lower(public.unaccent('public.unaccent', what)) $$;

CREATE FUNCTION public.stoa_post_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  perform stoa_retell(new.id, case when not new.is_deleted and new.is_approved then new.content end);
  return null;
end $$;

CREATE FUNCTION public.stoa_queue_letter(whom text, letter text, facts jsonb, always boolean) RETURNS void
    LANGUAGE sql
    AS $$
  insert into jobs (establishment_id, kind, payload, lasts)
  select u.establishment_id, 'mail', jsonb_build_object('to', u.mail_address, 'letter', letter,
    'language', coalesce(s.settings ->> 'language', 'fr'),
    'zone', coalesce(e.settings ->> 'timezone', ''),
    'values', jsonb_build_object('name', u.display_name) || facts),
    stoa_letter_lasts(letter, facts, now())
  from users u left join user_settings s on s.user_id = u.id
    left join establishments e on e.id = u.establishment_id
  where u.id = whom and u.mail_address is not null
    and (always or s.settings -> 'emailNotifications' is distinct from 'false'::jsonb)
$$;

CREATE FUNCTION public.stoa_quizzes_left(who text, of_course text) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  select count(*) from quizzes q where q.course_id = of_course and q.is_required and q.is_active
    and not exists (select 1 from quiz_attempts a
                    where a.quiz_id = q.id and a.user_id = who and a.passed)
$$;

CREATE FUNCTION public.stoa_reads_topic(level text, moderators text[], approved boolean, author text, me text, my_rank integer, judges boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select (level = 'all' or level = 'employee' and my_rank >= 1
          or level = 'moderator' and my_rank >= 3 or my_rank >= 4 or me = any(moderators))
     and (approved or author = me or judges or me = any(moderators))
$$;

CREATE FUNCTION public.stoa_recount_course(of_course text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  learner text;
begin
  if not exists (select from lessons l where l.course_id = of_course and l.is_required and l.is_active)
     and not exists (select from quizzes q where q.course_id = of_course and q.is_required
                     and q.is_active) then
    return;
  end if;
  -- In one order, so that two authors at once wait for each other rather than block each other.
  for learner in select e.user_id from enrollments e
      where e.course_id = of_course and e.status = 'in-progress' order by e.user_id for update loop
    perform stoa_course_progress(learner, of_course);
  end loop;
end $$;

CREATE FUNCTION public.stoa_remove_bytes(place text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  before text := stoa_enter_platform();
begin
  insert into jobs (kind, payload, lasts)
    values ('remove_file', jsonb_build_object('name', place), '10 years');
  perform stoa_leave_platform(before);
end $$;

CREATE FUNCTION public.stoa_require_version(place text, key_column text, key text, counters text[], version text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
declare seen text;
begin
  execute format('select md5((to_jsonb(r) - $2)::text) from %I r where %I = $1 for update',
                 place, key_column)
    into seen using key, counters;
  if seen is distinct from version then
    raise exception 'the row is not as it was' using errcode = '23000';
  end if;
end $_$;

CREATE FUNCTION public.stoa_retell(source text, becomes text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  update notifications set message = coalesce(left(becomes, 500), ''), updated_at = now(),
    data = case when becomes is null then data || '{"isDeleted": true}' else data - 'isDeleted' end
    where about = source;
  if becomes is null then
    delete from jobs where state = 'waiting' and kind = 'mail'
      and payload -> 'values' ->> 'about' = source;
  end if;
end $$;

CREATE FUNCTION public.stoa_row_version(place text, key_column text, key text, counters text[]) RETURNS text
    LANGUAGE plpgsql
    AS $_$
declare seen text;
begin
  execute format('select md5((to_jsonb(r) - $2)::text) from %I r where %I = $1', place, key_column)
    into seen using key, counters;
  return seen;
end $_$;

CREATE FUNCTION public.stoa_search(of_kind text, asked text, me text, my_rank integer, judges_topics boolean, judges_posts boolean) RETURNS TABLE(id text, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
    SET search_path TO 'public', 'pg_temp'
    AS $_$
declare
  house text := current_setting('stoa.establishment');
  wanted tsquery := stoa_wanted(asked, false);
  wider tsquery;
  source text := of_kind || ' t';
  readable text := 'true';
  look text :=
    'select found.id, %s + ts_rank(found.words, $1) from (select t.id, t.words, t.created_at'
    ' from %s where t.words @@ $1 and (%s) and ($2 = ''*'' or t.establishment_id = $2)'
    ' order by t.created_at desc limit 500) as found'
    ' order by 2 desc, found.created_at desc, found.id limit 100';
  seen text[];
begin
  if wanted is null then
    return;
  end if;
  case of_kind
    when 'users' then
      readable := 't.is_active';
    when 'announcements', 'events', 'contents' then
      null;
    when 'documents' then
      source := '(select *, updated_at as created_at from documents) as t';
    when 'letters' then
      look := 'select * from stoa_find_letters($1, $3, %s)';
    when 'forum_topics' then
      source := 'forum_topics t join forum_categories k on k.id = t.category_id';
      readable := 'stoa_reads_topic(k.access_level, k.moderator_ids, t.is_approved, t.author_id,'
                  ' $3, $4, $5)';
    when 'forum_posts' then
      source := 'forum_posts t join forum_topics o on o.id = t.topic_id'
                ' join forum_categories k on k.id = o.category_id';
      readable := 'not t.is_deleted and (t.is_approved or t.author_id = $3 or $6)'
                  ' and stoa_reads_topic(k.access_level, k.moderator_ids, o.is_approved,'
                  ' o.author_id, $3, $4, $5)';
  end case;
  for id, rank in execute format(look, 1, source, readable)
      using wanted, house, me, my_rank, judges_topics, judges_posts loop
    seen := seen || id;
    return next;
  end loop;
  if cardinality(seen) >= 5 then
    return;
  end if;
  wider := stoa_wanted(asked, true);
  if wider = wanted then
    return;
  end if;
  for id, rank in execute format(look, 0, source, readable)
      using wider, house, me, my_rank, judges_topics, judges_posts loop
    if id <> all(coalesce(seen, '{}')) then
      return next;
    end if;
  end loop;
end $_$;

CREATE FUNCTION public.stoa_searched(source regclass, title text, body text, which text DEFAULT 'true'::text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  execute format('alter table %s add column words tsvector generated always as'
                 ' (case when %s then stoa_words(%s, %s) end) stored', source, which, title, body);
  execute format('create index %I on %s using gin (words) with (gin_pending_list_limit = 256)',
                 source || '_words', source);
  execute format('create trigger %I after insert on %s for each row'
                 ' when (new.words is not null) execute function stoa_learn_row()',
                 source || '_learn', source);
  execute format('create trigger %I after update on %s for each row'
                 ' when (old.words is distinct from new.words)'
                 ' execute function stoa_learn_row()', source || '_relearn', source);
  execute format('insert into search_words (establishment_id, word)'
                 ' select distinct t.establishment_id, w.word from %s t,'
                 ' unnest(tsvector_to_array(t.words)) as w (word)'
                 ' where t.establishment_id is not null and length(w.word) between 3 and 40'
                 ' and w.word !~ ''^[0-9]''', source);
end $$;

CREATE FUNCTION public.stoa_seat_the_waiting() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  next training_waiting;
  given integer := 0;
begin
  if not new.is_active or new.start_date <= now() then
    return null;
  end if;
  for next in
    select w.* from training_waiting w join users u on u.id = w.user_id and u.is_active
      where w.training_id = new.id order by w.place
      limit new.max_participants - new.current_participants  -- null: all of them
  loop
    delete from training_waiting where id = next.id;
    insert into training_participants (id, training_id, user_id, establishment_id)
      values (next.id, next.training_id, next.user_id, next.establishment_id)
      on conflict (training_id, user_id) do update set status = 'registered', registered_at = now(),
        completion_date = null, score = null, feedback = null;
    perform stoa_queue_letter(next.user_id, 'seat_freed', jsonb_build_object(
      'training', new.title,
      'start', to_char(new.start_date at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
      'place', new.location), false);
    given := given + 1;
  end loop;
  if given > 0 then
    update trainings set current_participants = current_participants + given where id = new.id;
  end if;
  return null;
end $$;

CREATE FUNCTION public.stoa_shows_files(referrer regclass, author text, VARIADIC columns text[]) RETURNS void
    LANGUAGE plpgsql
    AS $_$
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
end $_$;

CREATE FUNCTION public.stoa_start_attempt(of_quiz text, who text, new_id text, tenant text, grace interval) RETURNS text
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.stoa_take_seat(of_training text, who text, new_id text, tenant text, waits boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.stoa_tell_followers(of_post text) RETURNS TABLE(recipient text, told jsonb)
    LANGUAGE plpgsql
    AS $$
declare
  post forum_posts;
  topic forum_topics;
  shelf forum_categories;
  already boolean;
begin
  update forum_posts set followers_told = true where id = of_post and is_approved
    and not is_first_post and not is_deleted and not followers_told returning * into post;
  if not found then
    return;
  end if;
  select * into topic from forum_topics where id = post.topic_id;
  select * into shelf from forum_categories where id = topic.category_id;
  for recipient in
    select u.id from users u
    cross join lateral (select case u.role when 'learner' then 1 when 'trainer' then 2
                                 when 'manager' then 3 when 'admin' then 4 else 5 end as rank) as r
    where u.id in (select stoa_topic_followers(topic.id)) and u.id <> post.author_id and u.is_active
      and stoa_reads_topic(shelf.access_level, shelf.moderator_ids, topic.is_approved,
                           topic.author_id, u.id, r.rank, r.rank >= 3)
    order by u.id limit 1000
  loop
    perform pg_advisory_xact_lock(hashtext('forum followers'), hashtext(post.establishment_id));
    already := exists (select from notifications n where n.user_id = recipient
                       and n.created_at > now() - interval '1 hour'
                       and n.data ->> 'topicId' = topic.id);
    told := stoa_notify(recipient, post.establishment_id, gen_random_uuid()::text,
      'new_announcement', left(post.author_name || ' — ' || topic.title, 200),
      left(post.content, 500),
      jsonb_build_object('kind', 'forum_reply', 'topicId', topic.id, 'postId', post.id,
                         'categoryId', topic.category_id, 'by', post.author_id));
    if not already then
      perform stoa_queue_letter(recipient, 'notification', jsonb_build_object('type', 'Forum',
        'content', post.author_name || ' — ' || topic.title || E'\n\n' || left(post.content, 500),
        'about', post.id), false);
    end if;
    return next;
  end loop;
end $$;

CREATE FUNCTION public.stoa_topic_followers(of_topic text) RETURNS SETOF text
    LANGUAGE sql STABLE
    AS $$
  (select author_id from forum_topics where id = of_topic
   union
   select author_id from forum_posts
     where topic_id = of_topic and is_approved and not is_deleted
   union
   select user_id from forum_subscriptions where topic_id = of_topic and wanted)
  except
  select user_id from forum_subscriptions where topic_id = of_topic and not wanted
$$;

CREATE FUNCTION public.stoa_topic_gone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  update notifications n set title = split_part(n.title, ' — ', 1), updated_at = now()
    where n.about in (select p.id from forum_posts p where p.topic_id = old.id);
  return old;
end $$;

CREATE FUNCTION public.stoa_track_files() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.stoa_typed_key(what text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ select lower(normalize(what)) $$;

CREATE FUNCTION public.stoa_typed_keys(typed text, kept text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select array[lower(typed), lower(normalize(kept))] $$;

CREATE FUNCTION public.stoa_unshown_files_gone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  before text := stoa_enter_platform();
begin
  delete from uploaded_files u where u.uploaded_by = old.id
    and not exists (select from file_references f where f.file_name = u.file_name);
  perform stoa_leave_platform(before);
  return old;
end $$;

CREATE FUNCTION public.stoa_use_reset_link(used_hash text, new_password text) RETURNS TABLE(ended text)
    LANGUAGE plpgsql
    AS $$
declare
  person text;
begin
  delete from reset_links where token_hash = used_hash and expires_at > now()
    returning user_id into person;
  if person is null then
    return;
  end if;
  perform set_config('stoa.actor', person, true);
  update users set password = new_password, updated_at = now() where id = person and is_active;
  if not found then
    return;
  end if;
  return query values (null::text);
  return query delete from sessions where user_id = person returning token_hash;
end $$;

CREATE FUNCTION public.stoa_usual_pages(of_establishment text) RETURNS void
    LANGUAGE sql
    AS $$
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

CREATE FUNCTION public.stoa_void_reset_links() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  delete from reset_links where user_id = new.id;
  return null;
end $$;

CREATE FUNCTION public.stoa_wanted(asked text, widely boolean) RETURNS tsquery
    LANGUAGE plpgsql STABLE
    SET "pg_trgm.similarity_threshold" TO '0.2'
    AS $$
declare
  most constant integer := 50;
  house text := current_setting('stoa.establishment');
  of_word record;
  listed boolean;
  beginning text[];
  near text[];
  one tsquery;
  wanted tsquery;
begin
  for of_word in
    with word as (
      select w.lexeme, f.stems
      from unnest(to_tsvector('pg_catalog.simple', stoa_bare(asked))) as w,
        lateral (select tsvector_to_array(to_tsvector('pg_catalog.french', w.lexeme)) as stems) as f
      order by f.stems <> '{}' desc, length(w.lexeme) desc limit 10)
    select *, count(*) over () = 1 as alone from word
    where stems <> '{}' or not exists (select from word where stems <> '{}')
  loop
    beginning := null;
    near := null;
    -- Only such words are in the list.
    listed := house <> '*' and length(of_word.lexeme) between 3 and 40
              and of_word.lexeme !~ '^[0-9]';
    if listed then
      select array_agg(k.word) into beginning
      from (select distinct word from search_words
            where establishment_id = house and word ~>=~ of_word.lexeme
              and word ~<~ (of_word.lexeme || chr(1114111)) limit most + 1) as k;
    end if;
    if widely and listed then
      select array_agg(k.word) into near
      from (select distinct word, levenshtein(word, of_word.lexeme) from search_words
            where establishment_id = house and word like '%' || of_word.lexeme || '%'
              and not starts_with(word, of_word.lexeme)
            order by 2, 1 limit 12) as k;
      if beginning is null or of_word.alone then
        select near || array_agg(k.word) into near
        from (select distinct word, levenshtein(word, of_word.lexeme) from search_words
              where establishment_id = house and word % of_word.lexeme
                and levenshtein_less_equal(word, of_word.lexeme, 2)
                    <= case length(of_word.lexeme) when 3 then 0 when 4 then 1 else 2 end
              order by 2, 1 limit 12) as k;
      end if;
    end if;
    near := of_word.stems || stoa_number_forms(of_word.lexeme) || near;
    if not listed or cardinality(beginning) > most then
      one := stoa_any_of(near || of_word.lexeme)
             || (stoa_any_of(array[of_word.lexeme])::text || ':*')::tsquery;
    else
      one := stoa_any_of(near || beginning || of_word.lexeme);
    end if;
    if stoa_has_compounds(of_word.lexeme) then
      one := one || phraseto_tsquery('pg_catalog.simple', stoa_apart(of_word.lexeme));
    end if;
    wanted := coalesce(wanted && one, one);
  end loop;
  return wanted;
end $$;

CREATE FUNCTION public.stoa_words(title text, body text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
declare
  bare text;
  one tsvector;
  words tsvector := '';
  weight "char" := 'A';
begin
  foreach bare in array array[public.stoa_bare(title), public.stoa_bare(body)] loop
    one := to_tsvector('pg_catalog.french', bare) || to_tsvector('pg_catalog.simple', bare);
    if public.stoa_has_compounds(bare) then
      one := one || to_tsvector('pg_catalog.simple', public.stoa_compounds(bare));
    end if;
    words := words || setweight(one, weight);
    weight := 'B';
  end loop;
  return words;
end $$;

CREATE TEXT SEARCH CONFIGURATION public.stoa_search (
    PARSER = pg_catalog."default" );

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR asciiword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR word WITH public.unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR numword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR email WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR url WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR host WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR sfloat WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR version WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR hword_numpart WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR hword_part WITH public.unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR hword_asciipart WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR numhword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR asciihword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR hword WITH public.unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR url_path WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR file WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR "float" WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR "int" WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR uint WITH simple;

CREATE TABLE public.announcements (
    id text NOT NULL,
    establishment_id text NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    type text DEFAULT 'info'::text NOT NULL,
    author_id text,
    author_name text DEFAULT ''::text NOT NULL,
    image_url text,
    icon text DEFAULT '📢'::text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    is_important boolean DEFAULT false NOT NULL,
    is_public boolean DEFAULT false NOT NULL,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN true THEN public.stoa_words(title, content)
    ELSE NULL::tsvector
END) STORED,
    CONSTRAINT announcements_type_check CHECK ((type = ANY (ARRAY['info'::text, 'important'::text, 'event'::text, 'formation'::text])))
);

ALTER TABLE ONLY public.announcements FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_heads (
    establishment_id text NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    hash text DEFAULT ''::text NOT NULL
);

ALTER TABLE ONLY public.audit_heads FORCE ROW LEVEL SECURITY;

CREATE TABLE public.certificate_seals (
    certificate_id text NOT NULL,
    establishment_id text NOT NULL,
    holder_name text NOT NULL,
    course_title text NOT NULL,
    score integer,
    issuer text NOT NULL,
    public_key text,
    signature text
);

ALTER TABLE ONLY public.certificate_seals FORCE ROW LEVEL SECURITY;

CREATE TABLE public.certificates (
    id text NOT NULL,
    establishment_id text NOT NULL,
    user_id text NOT NULL,
    course_id text NOT NULL,
    title text NOT NULL,
    description text,
    certificate_url text,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    metadata text
);

ALTER TABLE ONLY public.certificates FORCE ROW LEVEL SECURITY;

CREATE TABLE public.check_ins (
    id text NOT NULL,
    establishment_id text NOT NULL,
    user_id text NOT NULL,
    location_name text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    status_emoji text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT check_ins_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT check_ins_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision)))
);

ALTER TABLE ONLY public.check_ins FORCE ROW LEVEL SECURITY;

CREATE TABLE public.complaints (
    id text NOT NULL,
    establishment_id text NOT NULL,
    submitter_id text NOT NULL,
    assigned_to_id text,
    title text NOT NULL,
    description text NOT NULL,
    category text NOT NULL,
    priority text DEFAULT 'medium'::text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT complaints_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'urgent'::text]))),
    CONSTRAINT complaints_status_check CHECK ((status = ANY (ARRAY['open'::text, 'in_progress'::text, 'resolved'::text, 'closed'::text])))
);

ALTER TABLE ONLY public.complaints FORCE ROW LEVEL SECURITY;

CREATE TABLE public.content_categories (
    id text NOT NULL,
    establishment_id text NOT NULL,
    name text NOT NULL,
    description text,
    icon text DEFAULT '📁'::text,
    color text DEFAULT '#3B82F6'::text,
    is_visible boolean DEFAULT true NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.content_categories FORCE ROW LEVEL SECURITY;

CREATE TABLE public.contents (
    id text NOT NULL,
    establishment_id text NOT NULL,
    title text NOT NULL,
    type text NOT NULL,
    category text NOT NULL,
    description text,
    file_url text DEFAULT ''::text NOT NULL,
    thumbnail_url text,
    duration text,
    view_count integer DEFAULT 0 NOT NULL,
    rating integer DEFAULT 0 NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    is_popular boolean DEFAULT false NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN true THEN public.stoa_words(title, public.stoa_joined(VARIADIC array_prepend(description, tags)))
    ELSE NULL::tsvector
END) STORED,
    CONSTRAINT contents_type_check CHECK ((type = ANY (ARRAY['video'::text, 'image'::text, 'document'::text, 'audio'::text])))
);

ALTER TABLE ONLY public.contents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.courses (
    id text NOT NULL,
    establishment_id text NOT NULL,
    training_id text,
    title text NOT NULL,
    description text,
    category text NOT NULL,
    difficulty text DEFAULT 'beginner'::text NOT NULL,
    duration integer,
    thumbnail_url text,
    author_id text,
    author_name text DEFAULT ''::text NOT NULL,
    is_published boolean DEFAULT false NOT NULL,
    is_mandatory boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    prerequisites text DEFAULT '[]'::text NOT NULL,
    tags text DEFAULT '[]'::text NOT NULL,
    "order" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.courses FORCE ROW LEVEL SECURITY;

CREATE TABLE public.customizable_contents (
    id text NOT NULL,
    establishment_id text,
    block_key text NOT NULL,
    block_type text NOT NULL,
    content text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.customizable_contents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.customizable_pages (
    id text NOT NULL,
    establishment_id text,
    page_name text NOT NULL,
    page_title text NOT NULL,
    page_description text,
    layout jsonb NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.customizable_pages FORCE ROW LEVEL SECURITY;

CREATE TABLE public.documents (
    id text NOT NULL,
    establishment_id text NOT NULL,
    title text NOT NULL,
    description text,
    category text NOT NULL,
    file_name text NOT NULL,
    file_url text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version text DEFAULT '1.0'::text NOT NULL,
    is_public boolean DEFAULT false NOT NULL,
    has_multimedia boolean DEFAULT false NOT NULL,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN true THEN public.stoa_words(title, public.stoa_joined(VARIADIC ARRAY[description, file_name]))
    ELSE NULL::tsvector
END) STORED
);

ALTER TABLE ONLY public.documents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.employee_categories (
    id text NOT NULL,
    establishment_id text NOT NULL,
    name text NOT NULL,
    description text,
    color text DEFAULT '#10B981'::text NOT NULL,
    permissions text[] DEFAULT '{}'::text[] NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.employee_categories FORCE ROW LEVEL SECURITY;

CREATE TABLE public.enrollments (
    id text NOT NULL,
    establishment_id text NOT NULL,
    user_id text NOT NULL,
    course_id text NOT NULL,
    training_id text,
    course_title text,
    enrolled_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    progress integer DEFAULT 0 NOT NULL,
    status text DEFAULT 'enrolled'::text NOT NULL,
    certificate_id text,
    certificate_url text,
    time_spent integer DEFAULT 0 NOT NULL,
    score integer,
    CONSTRAINT enrollments_progress_check CHECK (((progress >= 0) AND (progress <= 100))),
    CONSTRAINT enrollments_status_check CHECK ((status = ANY (ARRAY['enrolled'::text, 'in-progress'::text, 'completed'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.enrollments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.establishment_branding (
    id text NOT NULL,
    establishment_id text NOT NULL,
    logo_url text,
    favicon_url text,
    primary_color text DEFAULT '#3b82f6'::text NOT NULL,
    secondary_color text DEFAULT '#64748b'::text NOT NULL,
    accent_color text DEFAULT '#10b981'::text NOT NULL,
    custom_css text,
    navigation_config jsonb,
    footer_config jsonb,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.establishment_branding FORCE ROW LEVEL SECURITY;

CREATE TABLE public.establishments (
    id text NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    description text,
    logo text,
    domain text,
    is_active boolean DEFAULT true NOT NULL,
    settings jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.establishments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.event_attendees (
    event_id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text NOT NULL,
    joined_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE ONLY public.event_attendees FORCE ROW LEVEL SECURITY;

CREATE TABLE public.events (
    id text NOT NULL,
    establishment_id text NOT NULL,
    title text NOT NULL,
    description text,
    date timestamp with time zone NOT NULL,
    location text,
    type text DEFAULT 'meeting'::text NOT NULL,
    organizer_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN true THEN public.stoa_words(title, description)
    ELSE NULL::tsvector
END) STORED,
    CONSTRAINT events_type_check CHECK ((type = ANY (ARRAY['meeting'::text, 'training'::text, 'social'::text, 'other'::text])))
);

ALTER TABLE ONLY public.events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.file_references (
    file_name text NOT NULL,
    establishment_id text,
    referrer text NOT NULL,
    referrer_id text NOT NULL
);

ALTER TABLE ONLY public.file_references FORCE ROW LEVEL SECURITY;

CREATE TABLE public.forum_categories (
    id text NOT NULL,
    establishment_id text NOT NULL,
    name text NOT NULL,
    description text,
    icon text DEFAULT '💬'::text NOT NULL,
    color text DEFAULT '#3B82F6'::text NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    is_moderated boolean DEFAULT false NOT NULL,
    access_level text DEFAULT 'all'::text NOT NULL,
    moderator_ids text[] DEFAULT '{}'::text[] NOT NULL,
    permissions text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT forum_categories_access_level_check CHECK ((access_level = ANY (ARRAY['all'::text, 'employee'::text, 'moderator'::text, 'admin'::text])))
);

ALTER TABLE ONLY public.forum_categories FORCE ROW LEVEL SECURITY;

CREATE TABLE public.forum_likes (
    post_id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text NOT NULL,
    reaction_type text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT forum_likes_reaction_type_check CHECK ((reaction_type = ANY (ARRAY['like'::text, 'love'::text, 'laugh'::text, 'angry'::text, 'sad'::text])))
);

ALTER TABLE ONLY public.forum_likes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.forum_post_edits (
    id bigint NOT NULL,
    post_id text NOT NULL,
    establishment_id text NOT NULL,
    content text NOT NULL,
    written_by text NOT NULL,
    written_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.forum_post_edits FORCE ROW LEVEL SECURITY;

ALTER TABLE public.forum_post_edits ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.forum_post_edits_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.forum_posts (
    id text NOT NULL,
    establishment_id text NOT NULL,
    topic_id text NOT NULL,
    category_id text NOT NULL,
    author_id text NOT NULL,
    author_name text NOT NULL,
    content text NOT NULL,
    is_first_post boolean DEFAULT false NOT NULL,
    parent_post_id text,
    like_count bigint DEFAULT 0 NOT NULL,
    is_edited boolean DEFAULT false NOT NULL,
    edited_at timestamp with time zone,
    edited_by text,
    is_deleted boolean DEFAULT false NOT NULL,
    deleted_at timestamp with time zone,
    deleted_by text,
    is_approved boolean DEFAULT true NOT NULL,
    attachments text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    followers_told boolean DEFAULT false NOT NULL,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN true THEN public.stoa_words(NULL::text, content)
    ELSE NULL::tsvector
END) STORED,
    CONSTRAINT forum_posts_like_count_check CHECK ((like_count >= 0))
);

ALTER TABLE ONLY public.forum_posts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.forum_subscriptions (
    topic_id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text NOT NULL,
    wanted boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.forum_subscriptions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.forum_topics (
    id text NOT NULL,
    establishment_id text NOT NULL,
    category_id text NOT NULL,
    title text NOT NULL,
    description text,
    content text,
    author_id text NOT NULL,
    author_name text NOT NULL,
    is_pinned boolean DEFAULT false NOT NULL,
    is_locked boolean DEFAULT false NOT NULL,
    is_announcement boolean DEFAULT false NOT NULL,
    is_approved boolean DEFAULT true NOT NULL,
    view_count bigint DEFAULT 0 NOT NULL,
    reply_count bigint DEFAULT 0 NOT NULL,
    last_reply_at timestamp with time zone,
    last_reply_by text,
    last_reply_by_name text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN true THEN public.stoa_words(title, public.stoa_joined(VARIADIC ARRAY[description, content]))
    ELSE NULL::tsvector
END) STORED
);

ALTER TABLE ONLY public.forum_topics FORCE ROW LEVEL SECURITY;

CREATE TABLE public.imports (
    establishment_id text NOT NULL,
    checksum text NOT NULL,
    format text NOT NULL,
    collection text,
    taken bigint DEFAULT 0 NOT NULL,
    imported bigint DEFAULT 0 NOT NULL,
    repeated bigint DEFAULT 0 NOT NULL,
    skipped bigint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone
);

ALTER TABLE ONLY public.imports FORCE ROW LEVEL SECURITY;

CREATE TABLE public.intranet_settings (
    establishment_id text NOT NULL,
    show_announcements boolean DEFAULT true NOT NULL,
    show_content boolean DEFAULT true NOT NULL,
    show_documents boolean DEFAULT true NOT NULL,
    show_forum boolean DEFAULT true NOT NULL,
    show_messages boolean DEFAULT true NOT NULL,
    show_complaints boolean DEFAULT true NOT NULL,
    show_training boolean DEFAULT true NOT NULL,
    forum_enabled boolean DEFAULT true NOT NULL,
    require_topic_approval boolean DEFAULT false NOT NULL,
    require_post_approval boolean DEFAULT false NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.intranet_settings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.jobs (
    id bigint NOT NULL,
    establishment_id text,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    leased_until timestamp with time zone,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    lasts interval DEFAULT '7 days'::interval NOT NULL,
    last_moment timestamp without time zone GENERATED ALWAYS AS (((created_at AT TIME ZONE 'UTC'::text) + lasts)) STORED NOT NULL,
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'dead'::text])))
);

ALTER TABLE ONLY public.jobs FORCE ROW LEVEL SECURITY;

ALTER TABLE public.jobs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.learning_resources (
    id text NOT NULL,
    establishment_id text NOT NULL,
    title text NOT NULL,
    description text,
    category text NOT NULL,
    type text NOT NULL,
    url text NOT NULL,
    download_url text,
    thumbnail_url text,
    author_id text,
    author_name text DEFAULT ''::text NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    download_count integer DEFAULT 0 NOT NULL,
    rating double precision DEFAULT 0 NOT NULL,
    is_public boolean DEFAULT true NOT NULL,
    required_role text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.learning_resources FORCE ROW LEVEL SECURITY;

CREATE TABLE public.lesson_progress (
    id text NOT NULL,
    establishment_id text NOT NULL,
    user_id text NOT NULL,
    lesson_id text NOT NULL,
    course_id text NOT NULL,
    is_completed boolean DEFAULT false NOT NULL,
    time_spent integer DEFAULT 0 NOT NULL,
    completed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.lesson_progress FORCE ROW LEVEL SECURITY;

CREATE TABLE public.lessons (
    id text NOT NULL,
    establishment_id text NOT NULL,
    course_id text NOT NULL,
    title text NOT NULL,
    description text,
    content text NOT NULL,
    "order" integer DEFAULT 0 NOT NULL,
    duration integer,
    video_url text,
    document_url text,
    type text DEFAULT 'text'::text NOT NULL,
    attachments text[] DEFAULT '{}'::text[] NOT NULL,
    is_required boolean DEFAULT true NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.lessons FORCE ROW LEVEL SECURITY;

CREATE TABLE public.letters (
    id text NOT NULL,
    establishment_id text NOT NULL,
    sender_id text NOT NULL,
    recipient_id text NOT NULL,
    subject text NOT NULL,
    content text NOT NULL,
    is_read boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN true THEN public.stoa_words(subject, content)
    ELSE NULL::tsvector
END) STORED
);

ALTER TABLE ONLY public.letters FORCE ROW LEVEL SECURITY;

CREATE TABLE public.menu_items (
    id text NOT NULL,
    establishment_id text,
    label text NOT NULL,
    url text NOT NULL,
    icon text,
    parent_id text,
    sort_order integer DEFAULT 0 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    permissions jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.menu_items FORCE ROW LEVEL SECURITY;

CREATE TABLE public.message_reactions (
    message_id text NOT NULL,
    user_id text NOT NULL,
    emoji text NOT NULL,
    establishment_id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.message_reactions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.messages (
    room_id text NOT NULL,
    seq bigint NOT NULL,
    id text NOT NULL,
    establishment_id text NOT NULL,
    author_id text NOT NULL,
    type text DEFAULT 'text'::text NOT NULL,
    content text NOT NULL,
    metadata jsonb,
    reply_to_id text,
    thread_id text,
    edited_at timestamp with time zone,
    is_deleted boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN public.stoa_has_compounds(content) THEN (to_tsvector('public.stoa_search'::regconfig, content) || to_tsvector('public.stoa_search'::regconfig, public.stoa_compounds(content)))
    ELSE to_tsvector('public.stoa_search'::regconfig, content)
END) STORED,
    CONSTRAINT messages_type_check CHECK ((type = ANY (ARRAY['text'::text, 'file'::text, 'image'::text, 'link'::text, 'poll'::text, 'whiteboard'::text])))
);

ALTER TABLE ONLY public.messages FORCE ROW LEVEL SECURITY;

CREATE TABLE public.notification_counters (
    user_id text NOT NULL,
    establishment_id text NOT NULL,
    last_seq bigint NOT NULL
);

ALTER TABLE ONLY public.notification_counters FORCE ROW LEVEL SECURITY;

CREATE TABLE public.notifications (
    id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    title text NOT NULL,
    message text NOT NULL,
    data jsonb,
    is_read boolean DEFAULT false NOT NULL,
    read_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    about text GENERATED ALWAYS AS (COALESCE((data ->> 'messageId'::text), (data ->> 'postId'::text))) STORED
);

ALTER TABLE ONLY public.notifications FORCE ROW LEVEL SECURITY;

CREATE TABLE public.page_views (
    id text NOT NULL,
    establishment_id text NOT NULL,
    view_id text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    description text,
    icon text DEFAULT 'FileText'::text NOT NULL,
    is_visible boolean DEFAULT true NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    color text DEFAULT '#3B82F6'::text NOT NULL,
    is_core boolean DEFAULT false NOT NULL,
    access_level text DEFAULT 'all'::text NOT NULL,
    category text DEFAULT 'main'::text NOT NULL,
    layout text DEFAULT 'grid'::text NOT NULL,
    allowed_roles text[],
    custom_settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT page_views_access_level_check CHECK ((access_level = ANY (ARRAY['all'::text, 'employee'::text, 'admin'::text]))),
    CONSTRAINT page_views_category_check CHECK ((category = ANY (ARRAY['main'::text, 'communication'::text, 'tools'::text, 'management'::text]))),
    CONSTRAINT page_views_layout_check CHECK ((layout = ANY (ARRAY['grid'::text, 'list'::text, 'card'::text, 'table'::text])))
);

ALTER TABLE ONLY public.page_views FORCE ROW LEVEL SECURITY;

CREATE TABLE public.quiz_attempts (
    id text NOT NULL,
    establishment_id text NOT NULL,
    user_id text NOT NULL,
    quiz_id text NOT NULL,
    course_id text,
    attempt_number integer DEFAULT 1 NOT NULL,
    answers jsonb DEFAULT '{}'::jsonb NOT NULL,
    score integer,
    passed boolean DEFAULT false NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone,
    time_spent integer,
    questions jsonb DEFAULT '[]'::jsonb NOT NULL,
    passing_score integer DEFAULT 70 NOT NULL,
    due_at timestamp with time zone,
    timed_out boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY public.quiz_attempts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.quizzes (
    id text NOT NULL,
    establishment_id text NOT NULL,
    course_id text,
    lesson_id text,
    title text NOT NULL,
    description text,
    questions jsonb NOT NULL,
    passing_score integer DEFAULT 70 NOT NULL,
    time_limit integer,
    allow_retries boolean DEFAULT true NOT NULL,
    max_attempts integer DEFAULT 3 NOT NULL,
    is_required boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT quizzes_passing_score_check CHECK (((passing_score >= 0) AND (passing_score <= 100)))
);

ALTER TABLE ONLY public.quizzes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.reset_links (
    token_hash text NOT NULL,
    establishment_id text NOT NULL,
    user_id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.reset_links FORCE ROW LEVEL SECURITY;

CREATE TABLE public.room_members (
    room_id text NOT NULL,
    user_id text NOT NULL,
    id text NOT NULL,
    establishment_id text NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    read_seq bigint DEFAULT 0 NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    last_active timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT room_members_role_check CHECK ((role = ANY (ARRAY['member'::text, 'moderator'::text, 'admin'::text])))
);

ALTER TABLE ONLY public.room_members FORCE ROW LEVEL SECURITY;

CREATE TABLE public.rooms (
    id text NOT NULL,
    establishment_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    topic text,
    is_public boolean DEFAULT false NOT NULL,
    direct_key text,
    created_by text NOT NULL,
    archived_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT rooms_kind_check CHECK ((kind = ANY (ARRAY['group'::text, 'room'::text, 'direct'::text])))
);

ALTER TABLE ONLY public.rooms FORCE ROW LEVEL SECURITY;

CREATE TABLE public.search_words (
    id bigint NOT NULL,
    establishment_id text NOT NULL,
    word text NOT NULL
);

ALTER TABLE ONLY public.search_words FORCE ROW LEVEL SECURITY;

ALTER TABLE public.search_words ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.search_words_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.sessions (
    token_hash text NOT NULL,
    id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.signing_keys (
    public_key text NOT NULL,
    establishment_id text NOT NULL,
    secret_key text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone
);

ALTER TABLE ONLY public.signing_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.stoa_migrations (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.stream_events (
    stream text NOT NULL,
    seq bigint NOT NULL,
    establishment_id text NOT NULL,
    kind text NOT NULL,
    author_id text NOT NULL,
    client_key text,
    subject text,
    data jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT stream_events_seq_check CHECK ((seq > 0))
);

ALTER TABLE ONLY public.stream_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.study_groups (
    id text NOT NULL,
    establishment_id text NOT NULL,
    course_id text,
    created_by text NOT NULL,
    name text NOT NULL,
    description text,
    max_members integer DEFAULT 10 NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    is_public boolean DEFAULT true NOT NULL,
    tags text[],
    scheduled_date timestamp with time zone,
    end_date timestamp with time zone,
    meeting_url text,
    settings jsonb DEFAULT '{"allowPolls": true, "moderatorOnly": false, "allowWhiteboard": true, "allowFileSharing": true, "allowScreenShare": true}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT study_groups_max_members_check CHECK (((max_members >= 2) AND (max_members <= 1000))),
    CONSTRAINT study_groups_status_check CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text, 'scheduled'::text])))
);

ALTER TABLE ONLY public.study_groups FORCE ROW LEVEL SECURITY;

CREATE TABLE public.themes (
    id text NOT NULL,
    establishment_id text,
    name text NOT NULL,
    is_active boolean DEFAULT false NOT NULL,
    primary_color text DEFAULT '#6366f1'::text NOT NULL,
    secondary_color text DEFAULT '#06b6d4'::text NOT NULL,
    accent_color text DEFAULT '#10b981'::text NOT NULL,
    background_color text DEFAULT '#ffffff'::text NOT NULL,
    text_color text DEFAULT '#1f2937'::text NOT NULL,
    font_family text DEFAULT 'Inter'::text NOT NULL,
    font_size text DEFAULT '16px'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.themes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.training_participants (
    id text NOT NULL,
    training_id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text NOT NULL,
    registered_at timestamp with time zone DEFAULT now() NOT NULL,
    status text DEFAULT 'registered'::text NOT NULL,
    completion_date timestamp with time zone,
    score integer,
    feedback text,
    CONSTRAINT training_participants_score_check CHECK (((score >= 0) AND (score <= 100))),
    CONSTRAINT training_participants_status_check CHECK ((status = ANY (ARRAY['registered'::text, 'completed'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.training_participants FORCE ROW LEVEL SECURITY;

CREATE TABLE public.training_waiting (
    id text NOT NULL,
    training_id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text NOT NULL,
    place bigint NOT NULL,
    waiting_since timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.training_waiting FORCE ROW LEVEL SECURITY;

ALTER TABLE public.training_waiting ALTER COLUMN place ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.training_waiting_place_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.trainings (
    id text NOT NULL,
    establishment_id text NOT NULL,
    title text NOT NULL,
    description text,
    category text NOT NULL,
    difficulty text DEFAULT 'beginner'::text,
    duration integer NOT NULL,
    instructor_id text,
    instructor_name text DEFAULT ''::text NOT NULL,
    start_date timestamp with time zone,
    end_date timestamp with time zone,
    location text,
    max_participants integer,
    current_participants integer DEFAULT 0 NOT NULL,
    is_mandatory boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    is_visible boolean DEFAULT true NOT NULL,
    thumbnail_url text,
    document_urls text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT trainings_category_check CHECK ((category = ANY (ARRAY['technical'::text, 'management'::text, 'safety'::text, 'compliance'::text, 'other'::text]))),
    CONSTRAINT trainings_current_participants_check CHECK ((current_participants >= 0)),
    CONSTRAINT trainings_difficulty_check CHECK ((difficulty = ANY (ARRAY['beginner'::text, 'intermediate'::text, 'advanced'::text]))),
    CONSTRAINT trainings_max_participants_check CHECK ((max_participants >= 0))
);

ALTER TABLE ONLY public.trainings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.uploaded_files (
    id text NOT NULL,
    establishment_id text NOT NULL,
    file_name text NOT NULL,
    original_name text NOT NULL,
    mime_type text NOT NULL,
    file_type text NOT NULL,
    size bigint NOT NULL,
    uploaded_by text,
    uploaded_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.uploaded_files FORCE ROW LEVEL SECURITY;

CREATE TABLE public.user_permissions (
    id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text,
    permission text NOT NULL,
    granted boolean DEFAULT true NOT NULL,
    granted_by text,
    reason text,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.user_permissions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.user_settings (
    user_id text NOT NULL,
    establishment_id text,
    settings jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.user_settings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.users (
    id text NOT NULL,
    establishment_id text,
    email text NOT NULL,
    username text NOT NULL,
    password text NOT NULL,
    first_name text,
    last_name text,
    profile_image_url text,
    role text DEFAULT 'learner'::text NOT NULL,
    phone_number text,
    department text,
    "position" text,
    bio text,
    preferences jsonb,
    metadata jsonb,
    is_active boolean DEFAULT true NOT NULL,
    is_email_verified boolean DEFAULT false NOT NULL,
    last_login_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    signs_in_by_name boolean DEFAULT false NOT NULL,
    employee_number text,
    employee_category_id text,
    display_name text GENERATED ALWAYS AS (
CASE
    WHEN ((COALESCE(first_name, ''::text) = ''::text) OR (COALESCE(last_name, ''::text) = ''::text)) THEN COALESCE(NULLIF(first_name, ''::text), NULLIF(last_name, ''::text), NULLIF(username, ''::text), email)
    ELSE ((first_name || ' '::text) || last_name)
END) STORED NOT NULL,
    mail_address text GENERATED ALWAYS AS (NULLIF(email, ''::text)) STORED,
    email_key text,
    name_key text,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN signs_in_by_name THEN public.stoa_words(public.stoa_joined(VARIADIC ARRAY[first_name, last_name, username]), public.stoa_joined(VARIADIC ARRAY[email, department, "position"]))
    ELSE NULL::tsvector
END) STORED,
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['learner'::text, 'trainer'::text, 'manager'::text, 'admin'::text, 'super_admin'::text])))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

CREATE TABLE public.whiteboards (
    id text NOT NULL,
    establishment_id text NOT NULL,
    study_group_id text NOT NULL,
    created_by text NOT NULL,
    title text NOT NULL,
    data jsonb NOT NULL,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.whiteboards FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.announcements
    ADD CONSTRAINT announcements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT audit_entries_establishment_id_seq_key UNIQUE (establishment_id, seq);

ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT audit_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_heads
    ADD CONSTRAINT audit_heads_pkey PRIMARY KEY (establishment_id);

ALTER TABLE ONLY public.certificate_seals
    ADD CONSTRAINT certificate_seals_pkey PRIMARY KEY (certificate_id);

ALTER TABLE public.certificates
    ADD CONSTRAINT certificates_expires_at_in_order CHECK ((expires_at > issued_at)) NOT VALID;

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_user_id_course_id_key UNIQUE (user_id, course_id);

ALTER TABLE ONLY public.check_ins
    ADD CONSTRAINT check_ins_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.check_ins
    ADD CONSTRAINT check_ins_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.complaints
    ADD CONSTRAINT complaints_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_categories
    ADD CONSTRAINT content_categories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contents
    ADD CONSTRAINT contents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customizable_contents
    ADD CONSTRAINT customizable_contents_establishment_id_block_key_key UNIQUE (establishment_id, block_key);

ALTER TABLE ONLY public.customizable_contents
    ADD CONSTRAINT customizable_contents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customizable_pages
    ADD CONSTRAINT customizable_pages_establishment_id_page_name_key UNIQUE (establishment_id, page_name);

ALTER TABLE ONLY public.customizable_pages
    ADD CONSTRAINT customizable_pages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.employee_categories
    ADD CONSTRAINT employee_categories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_user_id_course_id_key UNIQUE (user_id, course_id);

ALTER TABLE ONLY public.establishment_branding
    ADD CONSTRAINT establishment_branding_establishment_id_key UNIQUE (establishment_id);

ALTER TABLE ONLY public.establishment_branding
    ADD CONSTRAINT establishment_branding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.establishments
    ADD CONSTRAINT establishments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.establishments
    ADD CONSTRAINT establishments_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.event_attendees
    ADD CONSTRAINT event_attendees_pkey PRIMARY KEY (event_id, user_id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.file_references
    ADD CONSTRAINT file_references_pkey PRIMARY KEY (file_name, referrer, referrer_id);

ALTER TABLE ONLY public.forum_categories
    ADD CONSTRAINT forum_categories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.forum_likes
    ADD CONSTRAINT forum_likes_pkey PRIMARY KEY (post_id, user_id);

ALTER TABLE ONLY public.forum_post_edits
    ADD CONSTRAINT forum_post_edits_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.forum_posts
    ADD CONSTRAINT forum_posts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.forum_subscriptions
    ADD CONSTRAINT forum_subscriptions_pkey PRIMARY KEY (topic_id, user_id);

ALTER TABLE ONLY public.forum_topics
    ADD CONSTRAINT forum_topics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (establishment_id, checksum);

ALTER TABLE ONLY public.intranet_settings
    ADD CONSTRAINT intranet_settings_pkey PRIMARY KEY (establishment_id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.learning_resources
    ADD CONSTRAINT learning_resources_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_user_id_lesson_id_key UNIQUE (user_id, lesson_id);

ALTER TABLE ONLY public.lessons
    ADD CONSTRAINT lessons_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.menu_items
    ADD CONSTRAINT menu_items_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.message_reactions
    ADD CONSTRAINT message_reactions_pkey PRIMARY KEY (message_id, user_id, emoji);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_id_key UNIQUE (id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (room_id, seq);

ALTER TABLE ONLY public.notification_counters
    ADD CONSTRAINT notification_counters_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_seq_key UNIQUE (user_id, seq);

ALTER TABLE ONLY public.page_views
    ADD CONSTRAINT page_views_establishment_id_view_id_key UNIQUE (establishment_id, view_id);

ALTER TABLE ONLY public.page_views
    ADD CONSTRAINT page_views_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.quiz_attempts
    ADD CONSTRAINT quiz_attempts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.quiz_attempts
    ADD CONSTRAINT quiz_attempts_user_id_quiz_id_attempt_number_key UNIQUE (user_id, quiz_id, attempt_number);

ALTER TABLE ONLY public.quizzes
    ADD CONSTRAINT quizzes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reset_links
    ADD CONSTRAINT reset_links_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_id_key UNIQUE (id);

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_pkey PRIMARY KEY (room_id, user_id);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_direct_key_key UNIQUE (direct_key);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.search_words
    ADD CONSTRAINT search_words_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_id_key UNIQUE (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (public_key);

ALTER TABLE ONLY public.stoa_migrations
    ADD CONSTRAINT stoa_migrations_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.stream_events
    ADD CONSTRAINT stream_events_pkey PRIMARY KEY (stream, seq);

ALTER TABLE public.study_groups
    ADD CONSTRAINT study_groups_end_date_in_order CHECK ((end_date >= scheduled_date)) NOT VALID;

ALTER TABLE ONLY public.study_groups
    ADD CONSTRAINT study_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.themes
    ADD CONSTRAINT themes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.training_participants
    ADD CONSTRAINT training_participants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.training_participants
    ADD CONSTRAINT training_participants_training_id_user_id_key UNIQUE (training_id, user_id);

ALTER TABLE ONLY public.training_waiting
    ADD CONSTRAINT training_waiting_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.training_waiting
    ADD CONSTRAINT training_waiting_training_id_user_id_key UNIQUE (training_id, user_id);

ALTER TABLE public.trainings
    ADD CONSTRAINT trainings_end_date_in_order CHECK ((end_date >= start_date)) NOT VALID;

ALTER TABLE ONLY public.trainings
    ADD CONSTRAINT trainings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.uploaded_files
    ADD CONSTRAINT uploaded_files_file_name_key UNIQUE (file_name);

ALTER TABLE ONLY public.uploaded_files
    ADD CONSTRAINT uploaded_files_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_user_id_permission_key UNIQUE (user_id, permission);

ALTER TABLE ONLY public.user_settings
    ADD CONSTRAINT user_settings_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.whiteboards
    ADD CONSTRAINT whiteboards_pkey PRIMARY KEY (id);

CREATE INDEX announcements_author ON public.announcements USING btree (author_id);

CREATE INDEX announcements_created ON public.announcements USING btree (establishment_id, created_at DESC, id DESC);

CREATE INDEX announcements_words ON public.announcements USING gin (words) WITH (gin_pending_list_limit='256');

CREATE INDEX audit_entries_action ON public.audit_entries USING btree (establishment_id, action, seq);

CREATE INDEX audit_entries_actor ON public.audit_entries USING btree (establishment_id, actor_id, seq);

CREATE INDEX audit_entries_subject ON public.audit_entries USING btree (establishment_id, subject_id, seq);

CREATE INDEX certificate_seals_establishment ON public.certificate_seals USING btree (establishment_id);

CREATE INDEX certificate_seals_public_key ON public.certificate_seals USING btree (public_key);

CREATE INDEX certificates_course ON public.certificates USING btree (course_id);

CREATE INDEX check_ins_created ON public.check_ins USING btree (establishment_id, created_at);

CREATE INDEX complaints_assigned ON public.complaints USING btree (assigned_to_id);

CREATE INDEX complaints_created ON public.complaints USING btree (establishment_id, created_at DESC, id DESC);

CREATE INDEX complaints_submitter ON public.complaints USING btree (submitter_id);

CREATE UNIQUE INDEX content_categories_name ON public.content_categories USING btree (establishment_id, public.stoa_label_key(name));

CREATE INDEX content_categories_order ON public.content_categories USING btree (establishment_id, sort_order, id);

CREATE INDEX contents_created ON public.contents USING btree (establishment_id, created_at DESC, id DESC);

CREATE INDEX contents_words ON public.contents USING gin (words) WITH (gin_pending_list_limit='256');

CREATE INDEX courses_author ON public.courses USING btree (author_id);

CREATE INDEX courses_created ON public.courses USING btree (establishment_id, created_at DESC, id DESC);

CREATE INDEX courses_training ON public.courses USING btree (training_id);

CREATE INDEX documents_updated ON public.documents USING btree (establishment_id, updated_at DESC, id DESC);

CREATE INDEX documents_words ON public.documents USING gin (words) WITH (gin_pending_list_limit='256');

CREATE UNIQUE INDEX employee_categories_name ON public.employee_categories USING btree (establishment_id, public.stoa_label_key(name));

CREATE INDEX enrollments_course ON public.enrollments USING btree (course_id);

CREATE INDEX enrollments_training ON public.enrollments USING btree (training_id);

CREATE INDEX event_attendees_user ON public.event_attendees USING btree (user_id);

CREATE INDEX events_date ON public.events USING btree (establishment_id, date, id);

CREATE INDEX events_organizer ON public.events USING btree (organizer_id);

CREATE INDEX events_words ON public.events USING gin (words) WITH (gin_pending_list_limit='256');

CREATE INDEX file_references_establishment ON public.file_references USING btree (establishment_id);

CREATE INDEX file_references_referrer ON public.file_references USING btree (referrer, referrer_id);

CREATE UNIQUE INDEX forum_categories_name ON public.forum_categories USING btree (establishment_id, public.stoa_label_key(name));

CREATE INDEX forum_likes_user ON public.forum_likes USING btree (user_id);

CREATE INDEX forum_post_edits_post ON public.forum_post_edits USING btree (post_id, id);

CREATE INDEX forum_posts_author ON public.forum_posts USING btree (author_id);

CREATE INDEX forum_posts_topic ON public.forum_posts USING btree (topic_id, created_at, id);

CREATE INDEX forum_posts_waiting ON public.forum_posts USING btree (establishment_id) WHERE (NOT is_approved);

CREATE INDEX forum_posts_words ON public.forum_posts USING gin (words) WITH (gin_pending_list_limit='256');

CREATE INDEX forum_subscriptions_user ON public.forum_subscriptions USING btree (user_id);

CREATE INDEX forum_topics_all ON public.forum_topics USING btree (establishment_id, is_pinned DESC, COALESCE(last_reply_at, created_at) DESC);

CREATE INDEX forum_topics_author ON public.forum_topics USING btree (author_id);

CREATE INDEX forum_topics_shelf ON public.forum_topics USING btree (category_id, is_pinned DESC, COALESCE(last_reply_at, created_at) DESC);

CREATE INDEX forum_topics_waiting ON public.forum_topics USING btree (establishment_id) WHERE (NOT is_approved);

CREATE INDEX forum_topics_words ON public.forum_topics USING gin (words) WITH (gin_pending_list_limit='256');

CREATE INDEX jobs_due ON public.jobs USING btree (run_at) WHERE (state = 'waiting'::text);

CREATE INDEX jobs_last ON public.jobs USING btree (last_moment) WHERE (state = 'waiting'::text);

CREATE INDEX learning_resources_author ON public.learning_resources USING btree (author_id);

CREATE INDEX learning_resources_created ON public.learning_resources USING btree (establishment_id, created_at DESC, id DESC);

CREATE INDEX lesson_progress_course ON public.lesson_progress USING btree (course_id, user_id);

CREATE INDEX lesson_progress_lesson ON public.lesson_progress USING btree (lesson_id);

CREATE INDEX lessons_course ON public.lessons USING btree (course_id, "order", id);

CREATE INDEX letters_recipient ON public.letters USING btree (recipient_id, created_at DESC, id DESC);

CREATE INDEX letters_sender ON public.letters USING btree (sender_id, created_at DESC, id DESC);

CREATE INDEX letters_words ON public.letters USING gin ((ARRAY[sender_id, recipient_id]), words) WITH (gin_pending_list_limit='256');

CREATE INDEX menu_items_order ON public.menu_items USING btree (establishment_id, sort_order);

CREATE INDEX messages_thread ON public.messages USING btree (thread_id, seq) WHERE (thread_id IS NOT NULL);

CREATE INDEX messages_words ON public.messages USING gin (words);

CREATE INDEX notifications_about ON public.notifications USING btree (about) WHERE (about IS NOT NULL);

CREATE INDEX notifications_list ON public.notifications USING btree (user_id, is_read, created_at DESC);

CREATE INDEX quiz_attempts_course ON public.quiz_attempts USING btree (course_id);

CREATE UNIQUE INDEX quiz_attempts_open ON public.quiz_attempts USING btree (user_id, quiz_id) WHERE (completed_at IS NULL);

CREATE INDEX quiz_attempts_quiz ON public.quiz_attempts USING btree (quiz_id);

CREATE INDEX quizzes_course ON public.quizzes USING btree (course_id);

CREATE INDEX quizzes_lesson ON public.quizzes USING btree (lesson_id);

CREATE INDEX reset_links_of ON public.reset_links USING btree (user_id, created_at);

CREATE INDEX room_members_user ON public.room_members USING btree (user_id);

CREATE INDEX rooms_establishment ON public.rooms USING btree (establishment_id, created_at DESC);

CREATE INDEX search_words_alike ON public.search_words USING gin (word public.gin_trgm_ops);

CREATE INDEX search_words_word ON public.search_words USING btree (establishment_id, word text_pattern_ops);

CREATE INDEX sessions_expiry ON public.sessions USING btree (expires_at);

CREATE INDEX sessions_user ON public.sessions USING btree (user_id);

CREATE UNIQUE INDEX signing_keys_current ON public.signing_keys USING btree (establishment_id) WHERE (retired_at IS NULL);

CREATE INDEX signing_keys_establishment ON public.signing_keys USING btree (establishment_id);

CREATE UNIQUE INDEX stream_events_key ON public.stream_events USING btree (author_id, client_key) WHERE (client_key IS NOT NULL);

CREATE INDEX study_groups_establishment ON public.study_groups USING btree (establishment_id, created_at DESC);

CREATE UNIQUE INDEX themes_one_active ON public.themes USING btree (establishment_id) WHERE is_active;

CREATE INDEX training_participants_user ON public.training_participants USING btree (user_id);

CREATE INDEX training_waiting_place ON public.training_waiting USING btree (training_id, place);

CREATE INDEX training_waiting_user ON public.training_waiting USING btree (user_id);

CREATE INDEX trainings_created ON public.trainings USING btree (establishment_id, created_at DESC, id DESC);

CREATE INDEX trainings_instructor ON public.trainings USING btree (instructor_id);

CREATE INDEX uploaded_files_by ON public.uploaded_files USING btree (uploaded_by);

CREATE INDEX uploaded_files_establishment ON public.uploaded_files USING btree (establishment_id);

CREATE UNIQUE INDEX users_email ON public.users USING btree (email_key);

CREATE INDEX users_employee_category ON public.users USING btree (employee_category_id);

CREATE UNIQUE INDEX users_employee_number ON public.users USING btree (establishment_id, employee_number);

CREATE INDEX users_establishment ON public.users USING btree (establishment_id, is_active);

CREATE UNIQUE INDEX users_sign_in_name ON public.users USING btree (establishment_id, name_key) WHERE signs_in_by_name;

CREATE INDEX users_words ON public.users USING gin (words) WITH (gin_pending_list_limit='256');

CREATE INDEX whiteboards_group ON public.whiteboards USING btree (study_group_id, updated_at DESC);

CREATE TRIGGER announcements_files_changed AFTER UPDATE ON public.announcements FOR EACH ROW WHEN ((old.image_url IS DISTINCT FROM new.image_url)) EXECUTE FUNCTION public.stoa_track_files('', 'image_url');

CREATE TRIGGER announcements_files_gone AFTER DELETE ON public.announcements FOR EACH ROW WHEN ((old.image_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'image_url');

CREATE TRIGGER announcements_files_new AFTER INSERT ON public.announcements FOR EACH ROW WHEN ((new.image_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'image_url');

CREATE TRIGGER announcements_learn AFTER INSERT ON public.announcements FOR EACH ROW WHEN ((new.words IS NOT NULL)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER announcements_relearn AFTER UPDATE ON public.announcements FOR EACH ROW WHEN ((old.words IS DISTINCT FROM new.words)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE CONSTRAINT TRIGGER audit_announcement_removed_delete AFTER DELETE ON public.announcements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('announcement.removed', 'announcement', 'id', 'title', '');

CREATE CONSTRAINT TRIGGER audit_complaint_removed_delete AFTER DELETE ON public.complaints DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('complaint.removed', 'complaint', 'id', 'title', '');

CREATE CONSTRAINT TRIGGER audit_content_category_removed_delete AFTER DELETE ON public.content_categories DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('content_category.removed', 'content_category', 'id', 'name', '');

CREATE CONSTRAINT TRIGGER audit_content_removed_delete AFTER DELETE ON public.contents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('content.removed', 'content', 'id', 'title', '');

CREATE CONSTRAINT TRIGGER audit_course_removed_delete AFTER DELETE ON public.courses DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('course.removed', 'course', 'id', 'title', '');

CREATE CONSTRAINT TRIGGER audit_document_removed_delete AFTER DELETE ON public.documents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('document.removed', 'document', 'id', 'title', '');

CREATE CONSTRAINT TRIGGER audit_employee_category_changed_update AFTER UPDATE ON public.employee_categories DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('employee_category.changed', 'employee_category', 'id', '', '*');

CREATE CONSTRAINT TRIGGER audit_employee_category_created_insert AFTER INSERT ON public.employee_categories DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('employee_category.created', 'employee_category', 'id', 'name permissions', '');

CREATE CONSTRAINT TRIGGER audit_employee_category_removed_delete AFTER DELETE ON public.employee_categories DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('employee_category.removed', 'employee_category', 'id', 'name permissions', '');

CREATE TRIGGER audit_entries_link BEFORE INSERT ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION public.stoa_audit_link();

CREATE CONSTRAINT TRIGGER audit_establishment_changed_update AFTER UPDATE ON public.establishments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('establishment.changed', 'establishment', 'id', '', '*');

CREATE CONSTRAINT TRIGGER audit_event_removed_delete AFTER DELETE ON public.events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('event.removed', 'event', 'id', 'title', '');

CREATE CONSTRAINT TRIGGER audit_file_removed_delete AFTER DELETE ON public.uploaded_files DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('file.removed', 'file', 'id', 'original_name', '');

CREATE CONSTRAINT TRIGGER audit_forum_category_removed_delete AFTER DELETE ON public.forum_categories DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('forum_category.removed', 'forum_category', 'id', 'name', '');

CREATE CONSTRAINT TRIGGER audit_forum_post_removed_update AFTER UPDATE OF is_deleted ON public.forum_posts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.is_deleted AND (NOT old.is_deleted)))) EXECUTE FUNCTION public.stoa_audited('forum_post.removed', 'forum_post', 'id', 'topic_id author_name', '');

CREATE CONSTRAINT TRIGGER audit_forum_topic_removed_delete AFTER DELETE ON public.forum_topics DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('forum_topic.removed', 'forum_topic', 'id', 'title', '');

CREATE CONSTRAINT TRIGGER audit_lesson_removed_delete AFTER DELETE ON public.lessons DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('lesson.removed', 'lesson', 'id', 'title', '');

CREATE CONSTRAINT TRIGGER audit_permission_granted_insert AFTER INSERT ON public.user_permissions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('permission.granted', 'user', 'user_id', 'permission granted', '');

CREATE CONSTRAINT TRIGGER audit_permission_granted_update AFTER UPDATE ON public.user_permissions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((old.granted IS DISTINCT FROM new.granted) OR (old.expires_at IS DISTINCT FROM new.expires_at)))) EXECUTE FUNCTION public.stoa_audited('permission.granted', 'user', 'user_id', 'permission', 'granted expires_at');

CREATE CONSTRAINT TRIGGER audit_permission_revoked_delete AFTER DELETE ON public.user_permissions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('permission.revoked', 'user', 'user_id', 'permission', '');

CREATE CONSTRAINT TRIGGER audit_settings_changed_update AFTER UPDATE ON public.intranet_settings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('settings.changed', 'settings', 'establishment_id', '', '*');

CREATE CONSTRAINT TRIGGER audit_training_removed_delete AFTER DELETE ON public.trainings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('training.removed', 'training', 'id', 'title', '');

CREATE CONSTRAINT TRIGGER audit_user_active_update AFTER UPDATE OF is_active ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (old.is_active IS DISTINCT FROM new.is_active))) EXECUTE FUNCTION public.stoa_audited('user.active', 'user', 'id', '', 'is_active');

CREATE CONSTRAINT TRIGGER audit_user_category_update AFTER UPDATE OF employee_category_id ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (old.employee_category_id IS DISTINCT FROM new.employee_category_id))) EXECUTE FUNCTION public.stoa_audited('user.category', 'user', 'id', '', 'employee_category_id');

CREATE CONSTRAINT TRIGGER audit_user_created_insert AFTER INSERT ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.role <> 'learner'::text))) EXECUTE FUNCTION public.stoa_audited('user.created', 'user', 'id', 'username role', '');

CREATE CONSTRAINT TRIGGER audit_user_password_update AFTER UPDATE OF password ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((old.password IS DISTINCT FROM new.password) AND (NOT (old.last_login_at IS DISTINCT FROM new.last_login_at))))) EXECUTE FUNCTION public.stoa_audited('user.password', 'user', 'id', '', '');

CREATE CONSTRAINT TRIGGER audit_user_removed_delete AFTER DELETE ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('user.removed', 'user', 'id', 'username role', '');

CREATE CONSTRAINT TRIGGER audit_user_role_update AFTER UPDATE OF role ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (old.role IS DISTINCT FROM new.role))) EXECUTE FUNCTION public.stoa_audited('user.role', 'user', 'id', '', 'role');

CREATE CONSTRAINT TRIGGER audit_view_changed_update AFTER UPDATE ON public.page_views DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('view.changed', 'view', 'view_id', '', '*');

CREATE CONSTRAINT TRIGGER audit_view_created_insert AFTER INSERT ON public.page_views DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('view.created', 'view', 'view_id', 'name access_level', '');

CREATE CONSTRAINT TRIGGER audit_view_removed_delete AFTER DELETE ON public.page_views DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND true)) EXECUTE FUNCTION public.stoa_audited('view.removed', 'view', 'view_id', 'name', '');

CREATE TRIGGER certificates_files_changed AFTER UPDATE ON public.certificates FOR EACH ROW WHEN ((old.certificate_url IS DISTINCT FROM new.certificate_url)) EXECUTE FUNCTION public.stoa_track_files('', 'certificate_url');

CREATE TRIGGER certificates_files_gone AFTER DELETE ON public.certificates FOR EACH ROW WHEN ((old.certificate_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'certificate_url');

CREATE TRIGGER certificates_files_new AFTER INSERT ON public.certificates FOR EACH ROW WHEN ((new.certificate_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'certificate_url');

CREATE TRIGGER contents_files_changed AFTER UPDATE ON public.contents FOR EACH ROW WHEN (((old.file_url IS DISTINCT FROM new.file_url) OR (old.thumbnail_url IS DISTINCT FROM new.thumbnail_url))) EXECUTE FUNCTION public.stoa_track_files('', 'file_url', 'thumbnail_url');

CREATE TRIGGER contents_files_gone AFTER DELETE ON public.contents FOR EACH ROW WHEN (((old.file_url ~~ '%/uploads/%'::text) OR (old.thumbnail_url ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'file_url', 'thumbnail_url');

CREATE TRIGGER contents_files_new AFTER INSERT ON public.contents FOR EACH ROW WHEN (((new.file_url ~~ '%/uploads/%'::text) OR (new.thumbnail_url ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'file_url', 'thumbnail_url');

CREATE TRIGGER contents_learn AFTER INSERT ON public.contents FOR EACH ROW WHEN ((new.words IS NOT NULL)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER contents_relearn AFTER UPDATE ON public.contents FOR EACH ROW WHEN ((old.words IS DISTINCT FROM new.words)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER courses_files_changed AFTER UPDATE ON public.courses FOR EACH ROW WHEN ((old.thumbnail_url IS DISTINCT FROM new.thumbnail_url)) EXECUTE FUNCTION public.stoa_track_files('', 'thumbnail_url');

CREATE TRIGGER courses_files_gone AFTER DELETE ON public.courses FOR EACH ROW WHEN ((old.thumbnail_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'thumbnail_url');

CREATE TRIGGER courses_files_new AFTER INSERT ON public.courses FOR EACH ROW WHEN ((new.thumbnail_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'thumbnail_url');

CREATE TRIGGER documents_files_changed AFTER UPDATE ON public.documents FOR EACH ROW WHEN ((old.file_url IS DISTINCT FROM new.file_url)) EXECUTE FUNCTION public.stoa_track_files('', 'file_url');

CREATE TRIGGER documents_files_gone AFTER DELETE ON public.documents FOR EACH ROW WHEN ((old.file_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'file_url');

CREATE TRIGGER documents_files_new AFTER INSERT ON public.documents FOR EACH ROW WHEN ((new.file_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'file_url');

CREATE TRIGGER documents_learn AFTER INSERT ON public.documents FOR EACH ROW WHEN ((new.words IS NOT NULL)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER documents_relearn AFTER UPDATE ON public.documents FOR EACH ROW WHEN ((old.words IS DISTINCT FROM new.words)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER establishment_branding_files_changed AFTER UPDATE ON public.establishment_branding FOR EACH ROW WHEN (((old.logo_url IS DISTINCT FROM new.logo_url) OR (old.favicon_url IS DISTINCT FROM new.favicon_url))) EXECUTE FUNCTION public.stoa_track_files('', 'logo_url', 'favicon_url');

CREATE TRIGGER establishment_branding_files_gone AFTER DELETE ON public.establishment_branding FOR EACH ROW WHEN (((old.logo_url ~~ '%/uploads/%'::text) OR (old.favicon_url ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'logo_url', 'favicon_url');

CREATE TRIGGER establishment_branding_files_new AFTER INSERT ON public.establishment_branding FOR EACH ROW WHEN (((new.logo_url ~~ '%/uploads/%'::text) OR (new.favicon_url ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'logo_url', 'favicon_url');

CREATE TRIGGER establishments_files_changed AFTER UPDATE ON public.establishments FOR EACH ROW WHEN ((old.logo IS DISTINCT FROM new.logo)) EXECUTE FUNCTION public.stoa_track_files('', 'logo');

CREATE TRIGGER establishments_files_gone AFTER DELETE ON public.establishments FOR EACH ROW WHEN ((old.logo ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'logo');

CREATE TRIGGER establishments_files_new AFTER INSERT ON public.establishments FOR EACH ROW WHEN ((new.logo ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'logo');

CREATE TRIGGER events_learn AFTER INSERT ON public.events FOR EACH ROW WHEN ((new.words IS NOT NULL)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER events_relearn AFTER UPDATE ON public.events FOR EACH ROW WHEN ((old.words IS DISTINCT FROM new.words)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER forum_posts_files_changed AFTER UPDATE ON public.forum_posts FOR EACH ROW WHEN ((old.attachments IS DISTINCT FROM new.attachments)) EXECUTE FUNCTION public.stoa_track_files('author_id', 'attachments');

CREATE TRIGGER forum_posts_files_gone AFTER DELETE ON public.forum_posts FOR EACH ROW WHEN ((array_to_string(old.attachments, ' '::text) ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('author_id', 'attachments');

CREATE TRIGGER forum_posts_files_new AFTER INSERT ON public.forum_posts FOR EACH ROW WHEN ((array_to_string(new.attachments, ' '::text) ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('author_id', 'attachments');

CREATE TRIGGER forum_posts_gone AFTER DELETE ON public.forum_posts FOR EACH ROW EXECUTE FUNCTION public.stoa_message_gone();

CREATE TRIGGER forum_posts_learn AFTER INSERT ON public.forum_posts FOR EACH ROW WHEN ((new.words IS NOT NULL)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER forum_posts_relearn AFTER UPDATE ON public.forum_posts FOR EACH ROW WHEN ((old.words IS DISTINCT FROM new.words)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER forum_posts_retell AFTER UPDATE ON public.forum_posts FOR EACH ROW WHEN (((old.content IS DISTINCT FROM new.content) OR (old.is_deleted IS DISTINCT FROM new.is_deleted) OR (old.is_approved IS DISTINCT FROM new.is_approved))) EXECUTE FUNCTION public.stoa_post_changed();

CREATE TRIGGER forum_topics_gone BEFORE DELETE ON public.forum_topics FOR EACH ROW EXECUTE FUNCTION public.stoa_topic_gone();

CREATE TRIGGER forum_topics_learn AFTER INSERT ON public.forum_topics FOR EACH ROW WHEN ((new.words IS NOT NULL)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER forum_topics_relearn AFTER UPDATE ON public.forum_topics FOR EACH ROW WHEN ((old.words IS DISTINCT FROM new.words)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER learning_resources_files_changed AFTER UPDATE ON public.learning_resources FOR EACH ROW WHEN (((old.url IS DISTINCT FROM new.url) OR (old.download_url IS DISTINCT FROM new.download_url) OR (old.thumbnail_url IS DISTINCT FROM new.thumbnail_url))) EXECUTE FUNCTION public.stoa_track_files('', 'url', 'download_url', 'thumbnail_url');

CREATE TRIGGER learning_resources_files_gone AFTER DELETE ON public.learning_resources FOR EACH ROW WHEN (((old.url ~~ '%/uploads/%'::text) OR (old.download_url ~~ '%/uploads/%'::text) OR (old.thumbnail_url ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'url', 'download_url', 'thumbnail_url');

CREATE TRIGGER learning_resources_files_new AFTER INSERT ON public.learning_resources FOR EACH ROW WHEN (((new.url ~~ '%/uploads/%'::text) OR (new.download_url ~~ '%/uploads/%'::text) OR (new.thumbnail_url ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'url', 'download_url', 'thumbnail_url');

CREATE TRIGGER lessons_count AFTER INSERT OR DELETE ON public.lessons FOR EACH ROW EXECUTE FUNCTION public.stoa_course_changed();

CREATE TRIGGER lessons_files_changed AFTER UPDATE ON public.lessons FOR EACH ROW WHEN (((old.video_url IS DISTINCT FROM new.video_url) OR (old.document_url IS DISTINCT FROM new.document_url) OR (old.attachments IS DISTINCT FROM new.attachments))) EXECUTE FUNCTION public.stoa_track_files('', 'video_url', 'document_url', 'attachments');

CREATE TRIGGER lessons_files_gone AFTER DELETE ON public.lessons FOR EACH ROW WHEN (((old.video_url ~~ '%/uploads/%'::text) OR (old.document_url ~~ '%/uploads/%'::text) OR (array_to_string(old.attachments, ' '::text) ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'video_url', 'document_url', 'attachments');

CREATE TRIGGER lessons_files_new AFTER INSERT ON public.lessons FOR EACH ROW WHEN (((new.video_url ~~ '%/uploads/%'::text) OR (new.document_url ~~ '%/uploads/%'::text) OR (array_to_string(new.attachments, ' '::text) ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'video_url', 'document_url', 'attachments');

CREATE TRIGGER lessons_recount AFTER UPDATE ON public.lessons FOR EACH ROW WHEN ((((old.course_id IS DISTINCT FROM new.course_id) OR (old.is_required IS DISTINCT FROM new.is_required)) OR (old.is_active IS DISTINCT FROM new.is_active))) EXECUTE FUNCTION public.stoa_course_changed();

CREATE TRIGGER letters_learn AFTER INSERT ON public.letters FOR EACH ROW WHEN ((new.words IS NOT NULL)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER letters_relearn AFTER UPDATE ON public.letters FOR EACH ROW WHEN ((old.words IS DISTINCT FROM new.words)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER menu_items_files_changed AFTER UPDATE ON public.menu_items FOR EACH ROW WHEN ((old.url IS DISTINCT FROM new.url)) EXECUTE FUNCTION public.stoa_track_files('', 'url');

CREATE TRIGGER menu_items_files_gone AFTER DELETE ON public.menu_items FOR EACH ROW WHEN ((old.url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'url');

CREATE TRIGGER menu_items_files_new AFTER INSERT ON public.menu_items FOR EACH ROW WHEN ((new.url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('', 'url');

CREATE TRIGGER messages_gone AFTER DELETE ON public.messages FOR EACH ROW EXECUTE FUNCTION public.stoa_message_gone();

CREATE TRIGGER messages_retell AFTER UPDATE ON public.messages FOR EACH ROW WHEN (((old.content IS DISTINCT FROM new.content) OR (old.is_deleted IS DISTINCT FROM new.is_deleted))) EXECUTE FUNCTION public.stoa_message_changed();

CREATE TRIGGER quizzes_count AFTER INSERT OR DELETE ON public.quizzes FOR EACH ROW EXECUTE FUNCTION public.stoa_course_changed();

CREATE TRIGGER quizzes_recount AFTER UPDATE ON public.quizzes FOR EACH ROW WHEN (((((old.course_id IS DISTINCT FROM new.course_id) OR (old.is_required IS DISTINCT FROM new.is_required)) OR (old.is_active IS DISTINCT FROM new.is_active)) OR (old.passing_score IS DISTINCT FROM new.passing_score))) EXECUTE FUNCTION public.stoa_course_changed();

CREATE TRIGGER seat_the_waiting AFTER UPDATE ON public.trainings FOR EACH ROW WHEN (((new.max_participants IS NULL) OR (new.current_participants < new.max_participants))) EXECUTE FUNCTION public.stoa_seat_the_waiting();

CREATE TRIGGER trainings_files_changed AFTER UPDATE ON public.trainings FOR EACH ROW WHEN (((old.document_urls IS DISTINCT FROM new.document_urls) OR (old.thumbnail_url IS DISTINCT FROM new.thumbnail_url))) EXECUTE FUNCTION public.stoa_track_files('', 'thumbnail_url', 'document_urls');

CREATE TRIGGER trainings_files_gone AFTER DELETE ON public.trainings FOR EACH ROW WHEN (((array_to_string(old.document_urls, ' '::text) ~~ '%/uploads/%'::text) OR (old.thumbnail_url ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'thumbnail_url', 'document_urls');

CREATE TRIGGER trainings_files_new AFTER INSERT ON public.trainings FOR EACH ROW WHEN (((array_to_string(new.document_urls, ' '::text) ~~ '%/uploads/%'::text) OR (new.thumbnail_url ~~ '%/uploads/%'::text))) EXECUTE FUNCTION public.stoa_track_files('', 'thumbnail_url', 'document_urls');

CREATE TRIGGER uploaded_files_gone AFTER DELETE ON public.uploaded_files FOR EACH ROW EXECUTE FUNCTION public.stoa_file_gone();

CREATE TRIGGER users_files_changed AFTER UPDATE ON public.users FOR EACH ROW WHEN ((old.profile_image_url IS DISTINCT FROM new.profile_image_url)) EXECUTE FUNCTION public.stoa_track_files('id', 'profile_image_url');

CREATE TRIGGER users_files_gone AFTER DELETE ON public.users FOR EACH ROW WHEN ((old.profile_image_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('id', 'profile_image_url');

CREATE TRIGGER users_files_new AFTER INSERT ON public.users FOR EACH ROW WHEN ((new.profile_image_url ~~ '%/uploads/%'::text)) EXECUTE FUNCTION public.stoa_track_files('id', 'profile_image_url');

CREATE TRIGGER users_free_places AFTER UPDATE ON public.users FOR EACH ROW WHEN ((old.is_active AND (NOT new.is_active))) EXECUTE FUNCTION public.stoa_account_closed();

CREATE TRIGGER users_free_places_gone BEFORE DELETE ON public.users FOR EACH ROW EXECUTE FUNCTION public.stoa_account_closed();

CREATE TRIGGER users_key BEFORE INSERT OR UPDATE OF email, username ON public.users FOR EACH ROW EXECUTE FUNCTION public.stoa_key_person();

CREATE TRIGGER users_learn AFTER INSERT ON public.users FOR EACH ROW WHEN ((new.words IS NOT NULL)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER users_relearn AFTER UPDATE ON public.users FOR EACH ROW WHEN ((old.words IS DISTINCT FROM new.words)) EXECUTE FUNCTION public.stoa_learn_row();

CREATE TRIGGER users_unshown_files BEFORE DELETE ON public.users FOR EACH ROW EXECUTE FUNCTION public.stoa_unshown_files_gone();

CREATE TRIGGER users_void_reset_links AFTER UPDATE OF password, email, is_active ON public.users FOR EACH ROW WHEN (((old.password IS DISTINCT FROM new.password) OR (lower(old.email) IS DISTINCT FROM lower(new.email)) OR (NOT new.is_active))) EXECUTE FUNCTION public.stoa_void_reset_links();

ALTER TABLE ONLY public.announcements
    ADD CONSTRAINT announcements_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.announcements
    ADD CONSTRAINT announcements_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_seals
    ADD CONSTRAINT certificate_seals_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificates(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_seals
    ADD CONSTRAINT certificate_seals_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_seals
    ADD CONSTRAINT certificate_seals_public_key_fkey FOREIGN KEY (public_key) REFERENCES public.signing_keys(public_key);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.check_ins
    ADD CONSTRAINT check_ins_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.check_ins
    ADD CONSTRAINT check_ins_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.complaints
    ADD CONSTRAINT complaints_assigned_to_id_fkey FOREIGN KEY (assigned_to_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.complaints
    ADD CONSTRAINT complaints_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.complaints
    ADD CONSTRAINT complaints_submitter_id_fkey FOREIGN KEY (submitter_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.content_categories
    ADD CONSTRAINT content_categories_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.contents
    ADD CONSTRAINT contents_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_training_id_fkey FOREIGN KEY (training_id) REFERENCES public.trainings(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.customizable_contents
    ADD CONSTRAINT customizable_contents_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.customizable_pages
    ADD CONSTRAINT customizable_pages_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.employee_categories
    ADD CONSTRAINT employee_categories_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_training_id_fkey FOREIGN KEY (training_id) REFERENCES public.trainings(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.establishment_branding
    ADD CONSTRAINT establishment_branding_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_attendees
    ADD CONSTRAINT event_attendees_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_attendees
    ADD CONSTRAINT event_attendees_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_attendees
    ADD CONSTRAINT event_attendees_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.file_references
    ADD CONSTRAINT file_references_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_categories
    ADD CONSTRAINT forum_categories_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_likes
    ADD CONSTRAINT forum_likes_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_likes
    ADD CONSTRAINT forum_likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.forum_posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_likes
    ADD CONSTRAINT forum_likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_post_edits
    ADD CONSTRAINT forum_post_edits_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_post_edits
    ADD CONSTRAINT forum_post_edits_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.forum_posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_posts
    ADD CONSTRAINT forum_posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.forum_posts
    ADD CONSTRAINT forum_posts_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_posts
    ADD CONSTRAINT forum_posts_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES public.forum_topics(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_subscriptions
    ADD CONSTRAINT forum_subscriptions_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_subscriptions
    ADD CONSTRAINT forum_subscriptions_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES public.forum_topics(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_subscriptions
    ADD CONSTRAINT forum_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forum_topics
    ADD CONSTRAINT forum_topics_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.forum_topics
    ADD CONSTRAINT forum_topics_category_id_fkey FOREIGN KEY (category_id) REFERENCES public.forum_categories(id);

ALTER TABLE ONLY public.forum_topics
    ADD CONSTRAINT forum_topics_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.intranet_settings
    ADD CONSTRAINT intranet_settings_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.learning_resources
    ADD CONSTRAINT learning_resources_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.learning_resources
    ADD CONSTRAINT learning_resources_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_lesson_id_fkey FOREIGN KEY (lesson_id) REFERENCES public.lessons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lessons
    ADD CONSTRAINT lessons_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lessons
    ADD CONSTRAINT lessons_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_recipient_id_fkey FOREIGN KEY (recipient_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.menu_items
    ADD CONSTRAINT menu_items_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.menu_items
    ADD CONSTRAINT menu_items_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.menu_items(id);

ALTER TABLE ONLY public.message_reactions
    ADD CONSTRAINT message_reactions_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.message_reactions
    ADD CONSTRAINT message_reactions_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.messages(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.message_reactions
    ADD CONSTRAINT message_reactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notification_counters
    ADD CONSTRAINT notification_counters_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notification_counters
    ADD CONSTRAINT notification_counters_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.page_views
    ADD CONSTRAINT page_views_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quiz_attempts
    ADD CONSTRAINT quiz_attempts_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quiz_attempts
    ADD CONSTRAINT quiz_attempts_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quiz_attempts
    ADD CONSTRAINT quiz_attempts_quiz_id_fkey FOREIGN KEY (quiz_id) REFERENCES public.quizzes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quiz_attempts
    ADD CONSTRAINT quiz_attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quizzes
    ADD CONSTRAINT quizzes_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quizzes
    ADD CONSTRAINT quizzes_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quizzes
    ADD CONSTRAINT quizzes_lesson_id_fkey FOREIGN KEY (lesson_id) REFERENCES public.lessons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.reset_links
    ADD CONSTRAINT reset_links_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.reset_links
    ADD CONSTRAINT reset_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_room_id_fkey FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.search_words
    ADD CONSTRAINT search_words_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.study_groups
    ADD CONSTRAINT study_groups_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.study_groups
    ADD CONSTRAINT study_groups_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.study_groups
    ADD CONSTRAINT study_groups_id_fkey FOREIGN KEY (id) REFERENCES public.rooms(id);

ALTER TABLE ONLY public.themes
    ADD CONSTRAINT themes_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.training_participants
    ADD CONSTRAINT training_participants_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.training_participants
    ADD CONSTRAINT training_participants_training_id_fkey FOREIGN KEY (training_id) REFERENCES public.trainings(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.training_participants
    ADD CONSTRAINT training_participants_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.training_waiting
    ADD CONSTRAINT training_waiting_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.training_waiting
    ADD CONSTRAINT training_waiting_training_id_fkey FOREIGN KEY (training_id) REFERENCES public.trainings(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.training_waiting
    ADD CONSTRAINT training_waiting_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.trainings
    ADD CONSTRAINT trainings_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.trainings
    ADD CONSTRAINT trainings_instructor_id_fkey FOREIGN KEY (instructor_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.uploaded_files
    ADD CONSTRAINT uploaded_files_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.uploaded_files
    ADD CONSTRAINT uploaded_files_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_settings
    ADD CONSTRAINT user_settings_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_settings
    ADD CONSTRAINT user_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_employee_category FOREIGN KEY (employee_category_id) REFERENCES public.employee_categories(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.whiteboards
    ADD CONSTRAINT whiteboards_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.whiteboards
    ADD CONSTRAINT whiteboards_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.whiteboards
    ADD CONSTRAINT whiteboards_study_group_id_fkey FOREIGN KEY (study_group_id) REFERENCES public.study_groups(id) ON DELETE CASCADE;

ALTER TABLE public.announcements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_heads ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.certificate_seals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.certificates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.check_ins ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.complaints ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.content_categories ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.contents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.courses ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.customizable_contents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.customizable_pages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.employee_categories ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.enrollments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.establishment_branding ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.establishments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.event_attendees ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.file_references ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.forum_categories ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.forum_likes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.forum_post_edits ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.forum_posts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.forum_subscriptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.forum_topics ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.imports ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.intranet_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.learning_resources ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lesson_progress ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lessons ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.letters ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.menu_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.message_reactions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notification_counters ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.page_views ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.quiz_attempts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.quizzes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.reset_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.room_members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.rooms ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.search_words ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.signing_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.stream_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.study_groups ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON public.announcements USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.audit_entries USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.audit_heads USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.certificate_seals USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.certificates USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.check_ins USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.complaints USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.content_categories USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.contents USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.courses USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.customizable_contents USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.customizable_pages USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.documents USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.employee_categories USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.enrollments USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.establishment_branding USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.establishments USING (((id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.event_attendees USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.events USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.file_references USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.forum_categories USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.forum_likes USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.forum_post_edits USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.forum_posts USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.forum_subscriptions USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.forum_topics USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.imports USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.intranet_settings USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.jobs USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.learning_resources USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.lesson_progress USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.lessons USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.letters USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.menu_items USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.message_reactions USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.messages USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.notification_counters USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.notifications USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.page_views USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.quiz_attempts USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.quizzes USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.reset_links USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.room_members USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.rooms USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.search_words USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.sessions USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.signing_keys USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.stream_events USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.study_groups USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.themes USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.training_participants USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.training_waiting USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.trainings USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.uploaded_files USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.user_permissions USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.user_settings USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.users USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.whiteboards USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

ALTER TABLE public.themes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.training_participants ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.training_waiting ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.trainings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.uploaded_files ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.user_permissions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.user_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.whiteboards ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO stoa_app;

GRANT SELECT,INSERT ON TABLE public.audit_entries TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.announcements TO stoa_app;

GRANT SELECT ON TABLE public.audit_heads TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.certificate_seals TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.certificates TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.check_ins TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.complaints TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_categories TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.contents TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.courses TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.customizable_contents TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.customizable_pages TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.documents TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.employee_categories TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.enrollments TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.establishment_branding TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.establishments TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.event_attendees TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.events TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.file_references TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.forum_categories TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.forum_likes TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.forum_post_edits TO stoa_app;

GRANT SELECT,USAGE ON SEQUENCE public.forum_post_edits_id_seq TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.forum_posts TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.forum_subscriptions TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.forum_topics TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.imports TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intranet_settings TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO stoa_app;

GRANT SELECT,USAGE ON SEQUENCE public.jobs_id_seq TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.learning_resources TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lesson_progress TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lessons TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.letters TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.menu_items TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.message_reactions TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messages TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_counters TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notifications TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.page_views TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.quiz_attempts TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.quizzes TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reset_links TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.room_members TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rooms TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.search_words TO stoa_app;

GRANT SELECT,USAGE ON SEQUENCE public.search_words_id_seq TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.signing_keys TO stoa_app;

GRANT SELECT ON TABLE public.stoa_migrations TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.stream_events TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.study_groups TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.themes TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.training_participants TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.training_waiting TO stoa_app;

GRANT SELECT,USAGE ON SEQUENCE public.training_waiting_place_seq TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trainings TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.uploaded_files TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_permissions TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_settings TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.whiteboards TO stoa_app;

