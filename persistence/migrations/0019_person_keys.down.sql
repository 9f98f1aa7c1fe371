do $$
declare
  named text;
begin
  foreach named in array array['employee_categories', 'content_categories', 'forum_categories'] loop
    execute format('drop index %I', named || '_name');
    execute format('create unique index %I on %I (establishment_id, lower(name))',
                   named || '_name', named);
  end loop;
end $$;
drop function stoa_label_key(text);

drop function stoa_offer_reset_link(text, text, text, text);
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

drop trigger users_key on users;
drop index users_email, users_sign_in_name, users_employee_number;
alter table users drop column email_key, drop column name_key;
create unique index users_sign_in_name on users (establishment_id, lower(username))
  where signs_in_by_name;
create unique index users_employee_number on users (establishment_id, employee_number);
create unique index users_email on users (lower(email)) where email <> '';
create index users_by_email on users (lower(email));
drop function stoa_key_person();
drop function stoa_typed_keys(text, text);
drop function stoa_typed_key(text);
