-- Certificates that are signed: what stands on their face is kept as it was when they were given.

-- The Ed25519 keys of an establishment, in base64url. The newest one signs until it is retired; the
-- others go on proving what they signed. Who can read this table can sign.
create table signing_keys (
  public_key text primary key,
  establishment_id text not null references establishments on delete cascade,
  secret_key text not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create unique index signing_keys_current on signing_keys (establishment_id)
  where retired_at is null;
create index signing_keys_establishment on signing_keys (establishment_id);
select stoa_guard('signing_keys');

create table certificate_seals (
  certificate_id text primary key references certificates on delete cascade,
  establishment_id text not null references establishments on delete cascade,
  holder_name text not null,
  course_title text not null,
  score integer,
  issuer text not null,
  public_key text references signing_keys,  -- null: given before there were signatures
  signature text
);
create index certificate_seals_establishment on certificate_seals (establishment_id);
create index certificate_seals_public_key on certificate_seals (public_key);
select stoa_guard('certificate_seals');

-- What was given before is signed when it is first asked for.
insert into certificate_seals
    (certificate_id, establishment_id, holder_name, course_title, score, issuer)
  select c.id, c.establishment_id, u.display_name, k.title, n.score, e.name
  from certificates c
    join users u on u.id = c.user_id
    join courses k on k.id = c.course_id
    join establishments e on e.id = c.establishment_id
    left join enrollments n on n.course_id = c.course_id and n.user_id = c.user_id;
update certificates set certificate_url = '/api/certificates/' || id || '/pdf'
  where certificate_url is null;
update enrollments set certificate_url = '/api/certificates/' || certificate_id || '/pdf'
  where certificate_url is null and certificate_id is not null;
