-- People are looked for by what they type: each has a key made of the e-mail address and one of the user
-- name, composed (NFC) and without capitals. Columns of their own, since under row-level security only
-- operators that are leakproof reach an index: `=` is, `lower(email) =` read the whole table.
create function stoa_typed_key(what text) returns text
  language sql immutable parallel safe strict as $$ select lower(normalize(what)) $$;

-- Where a typed name may be found: as it was typed, which finds what is from before, or as it is kept
-- today. The first counts for more.
create function stoa_typed_keys(typed text, kept text) returns text[]
  language sql immutable parallel safe as $$ select array[lower(typed), lower(normalize(kept))] $$;

-- A row that comes back from a copy has its keys already.
create function stoa_key_person() returns trigger language plpgsql as $$
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

alter table users add column email_key text, add column name_key text;
create trigger users_key before insert or update of email, username on users
  for each row execute function stoa_key_person();

-- Of people from before who cannot be told apart, one has the key; the others keep what they had, and
-- are found by who types just that.
select set_config('stoa.establishment', '*', true);
update users set email_key = nullif(stoa_typed_key(email), ''), name_key = stoa_typed_key(username);
update users u set email_key = lower(u.email)
  from (select id, row_number() over (partition by email_key
                                      order by lower(email) = email_key desc, created_at, id) as place
        from users where email_key is not null) as d
  where d.id = u.id and d.place > 1;
update users u set name_key = lower(u.username)
  from (select id, row_number() over (partition by establishment_id, name_key
                                      order by lower(username) = name_key desc, created_at, id) as place
        from users where signs_in_by_name) as d
  where d.id = u.id and d.place > 1;

-- They are checked in the order in which they are made, and of two that are taken the name is told.
drop index users_by_email, users_email, users_sign_in_name, users_employee_number;
create unique index users_sign_in_name on users (establishment_id, name_key) where signs_in_by_name;
create unique index users_employee_number on users (establishment_id, employee_number);
create unique index users_email on users (email_key);

-- As before, but by the key.
drop function stoa_offer_reset_link(text, text, text);
create function stoa_offer_reset_link(typed text, address text, new_hash text, link text)
  returns void language plpgsql as $$
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

-- What people call a category is one name however a keyboard wrote it: composed, without capitals, with
-- straight apostrophes, one blank between words and none around.
create function stoa_label_key(what text) returns text
  language sql immutable parallel safe strict as $$
  select btrim(regexp_replace(translate(lower(normalize(what)),
    U&'\2018\2019\00A0\2009\202F\00AD\200B\200C\200D\2060\FEFF', '''''   '), '\s+', ' ', 'g'))
$$;

-- The second of two that nobody can tell apart is numbered. Where the audit log has an entry of that, it
-- is written before the index is made.
do $$
declare
  named text;
begin
  foreach named in array array['employee_categories', 'content_categories', 'forum_categories'] loop
    execute format('drop index %I', named || '_name');
    execute format(
      'update %I c set name = c.name || '' ('' || d.place || '')'' from (select id, row_number() over'
      ' (partition by establishment_id, stoa_label_key(name) order by created_at, id) as place from %I)'
      ' as d where d.id = c.id and d.place > 1', named, named);
    set constraints all immediate;
    execute format('create unique index %I on %I (establishment_id, stoa_label_key(name))',
                   named || '_name', named);
  end loop;
end $$;
