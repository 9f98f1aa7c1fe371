-- Whoever writes under a condition (If-Match) judged a row as it was: the transaction that writes looks
-- whether it still is, and keeps it so. Columns that reading changes make no new version.
create function stoa_row_version(place text, key_column text, key text, counters text[])
  returns text language plpgsql as $$
declare seen text;
begin
  execute format('select md5((to_jsonb(r) - $2)::text) from %I r where %I = $1', place, key_column)
    into seen using key, counters;
  return seen;
end $$;

create function stoa_require_version(place text, key_column text, key text, counters text[],
                                     version text)
  returns void language plpgsql as $$
declare seen text;
begin
  execute format('select md5((to_jsonb(r) - $2)::text) from %I r where %I = $1 for update',
                 place, key_column)
    into seen using key, counters;
  if seen is distinct from version then
    raise exception 'the row is not as it was' using errcode = '23000';
  end if;
end $$;
