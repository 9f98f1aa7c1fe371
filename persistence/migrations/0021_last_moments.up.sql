-- Jobs have a last moment: what was to be done long ago makes no sense any more, and of mails that
-- waited for two months it is the people who get them that say so.

-- Seven days, or what a job's kind says. In UTC, since only that is immutable.
alter table jobs add column lasts interval not null default '7 days';
alter table jobs add column last_moment timestamp not null
  generated always as ((created_at at time zone 'UTC') + lasts) stored;
create index jobs_last on jobs (last_moment) where state = 'waiting';

-- How long a letter makes sense: a link until it runs out, a seat until the training starts.
create function stoa_letter_lasts(letter text, facts jsonb, since timestamptz) returns interval
  language sql stable parallel safe as $$
  select coalesce(case
    when letter = 'password_reset' then make_interval(mins => (facts ->> 'minutes')::integer)
    when letter in ('seat_taken', 'seat_freed')
      then greatest((facts ->> 'start')::timestamptz - since, interval '0') end, interval '7 days')
$$;

-- As before, with its last moment, and the time zone in which its times are told.
create or replace function stoa_queue_letter(whom text, letter text, facts jsonb, always boolean)
  returns void language sql as $$
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

select set_config('stoa.establishment', '*', true);
update jobs set lasts = stoa_letter_lasts(payload ->> 'letter', payload -> 'values', created_at)
  where state = 'waiting' and kind = 'mail' and payload ? 'letter';
