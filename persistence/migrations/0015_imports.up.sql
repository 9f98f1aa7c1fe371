-- How far a file was imported: moved on in the transaction of the rows themselves, so that an import
-- that was killed goes on where it was.
create table imports (
  establishment_id text not null references establishments on delete cascade,
  checksum text not null,       -- SHA-256 of the file
  format text not null,
  collection text,              -- the one that is being read; null before the first
  taken bigint not null default 0,      -- entities of it that were dealt with
  imported bigint not null default 0,
  repeated bigint not null default 0,   -- said what is there already
  skipped bigint not null default 0,    -- were bad
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (establishment_id, checksum)
);
select stoa_guard('imports');
