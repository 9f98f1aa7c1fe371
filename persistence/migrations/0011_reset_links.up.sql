-- Mails are queued as facts about a person, and a forgotten password is replaced by a link that
-- holds once.

-- Queues a letter to somebody in the transaction that gives the reason: nothing happens for who has
-- no address, nor for who wants no notifications where `always` does not hold. The words are chosen
-- when it is sent.
create function stoa_queue_letter(whom text, letter text, facts jsonb, always boolean)
  returns void language sql as $$
  insert into jobs (establishment_id, kind, payload)
  select u.establishment_id, 'mail', jsonb_build_object('to', u.mail_address, 'letter', letter,
    'language', coalesce(s.settings ->> 'language', 'fr'),
    'values', jsonb_build_object('name', u.display_name) || facts)
  from users u left join user_settings s on s.user_id = u.id
  where u.id = whom and u.mail_address is not null
    and (always or s.settings -> 'emailNotifications' is distinct from 'false'::jsonb)
$$;

create table reset_links (
  token_hash text primary key,
  establishment_id text not null references establishments on delete cascade,
  user_id text not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index reset_links_of on reset_links (user_id, created_at);
select stoa_guard('reset_links');

-- A link to who signs in by name with this address, three in an hour. `link` is the address with the
-- token in it, of which only the hash is kept. It holds an hour, or as many minutes as the
-- establishment's settings say (`resetLinkMinutes`, 5 to 1440). For an address that nobody has as
-- much is written, so that the answer takes as long: a job that is done, for the next clean-up.
create function stoa_offer_reset_link(address text, new_hash text, link text)
  returns void language plpgsql as $$
declare
  house text := current_setting('stoa.establishment');
  person text;
  minutes integer;
begin
  select id into person from users where lower(email) = lower(address) and establishment_id = house
    and is_active and signs_in_by_name for no key update;
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

-- Takes the link, sets the password and ends every session: one row without a text, then one for
-- each token hash that ended. No rows when the link does not hold.
create function stoa_use_reset_link(used_hash text, new_password text)
  returns table (ended text) language plpgsql as $$
declare
  person text;
begin
  delete from reset_links where token_hash = used_hash and expires_at > now()
    returning user_id into person;
  if person is null then
    return;
  end if;
  update users set password = new_password, updated_at = now() where id = person and is_active;
  if not found then
    return;
  end if;
  return query values (null::text);
  return query delete from sessions where user_id = person returning token_hash;
end $$;

-- A link was sent to an address, for a password: it is void when either changes.
create function stoa_void_reset_links() returns trigger language plpgsql as $$
begin
  delete from reset_links where user_id = new.id;
  return null;
end $$;
create trigger users_void_reset_links after update of password, email, is_active on users
  for each row when (old.password is distinct from new.password
                     or lower(old.email) is distinct from lower(new.email)
                     or not new.is_active)
  execute function stoa_void_reset_links();
