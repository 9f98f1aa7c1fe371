-- Searching what was said. Under row-level security no index of words is used, since their operators
-- are not leakproof: every search read every message. So it runs as the owner, repeats the guard's
-- condition, and answers nothing but where the messages are; whoever asks reads them under his own
-- rules. Of what is found, the newest 500 are ranked; a word that is everywhere still has them looked
-- for among all messages.
create function stoa_find_messages(asked text, of_room text, me text, most integer)
  returns table (room_id text, seq bigint, rank real) language plpgsql stable
  security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  house text := current_setting('stoa.establishment');
  wanted tsquery := to_tsquery('public.stoa_search', asked);
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
