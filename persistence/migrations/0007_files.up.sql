-- Files that people sent; their bytes lie in a folder under `file_name`.

create table uploaded_files (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  file_name text not null unique,
  original_name text not null,
  mime_type text not null,
  file_type text not null,
  size bigint not null,
  uploaded_by text not null references users on delete cascade,
  uploaded_at timestamptz not null default now()
);
create index uploaded_files_by on uploaded_files (uploaded_by);
select stoa_guard('uploaded_files');
