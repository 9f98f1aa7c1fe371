create or replace function stoa_queue_letter(whom text, letter text, facts jsonb, always boolean)
  returns void language sql as $$
  insert into jobs (establishment_id, kind, payload)
  select u.establishment_id, 'mail', jsonb_build_object('to', u.mail_address, 'letter', letter,
    'language', coalesce(s.settings ->> 'language', 'fr'),
    'values', jsonb_build_object('name', u.display_name) || facts)
  from users u left join user_settings s on s.user_id = u.id
  where u.id = whom and u.mail_address is not null
    and (always or s.settings -> 'emailNotifications' is distinct from 'false'::jsonb)
$$;
drop function stoa_letter_lasts(text, jsonb, timestamptz);
drop index jobs_last;
alter table jobs drop column last_moment;
alter table jobs drop column lasts;
