do $$
declare
  source text;
begin
  foreach source in array array['users', 'announcements', 'documents', 'events', 'contents',
                                'letters', 'forum_topics', 'forum_posts'] loop
    execute format('drop trigger %I on %I', source || '_learn', source);
    execute format('drop trigger %I on %I', source || '_relearn', source);
    execute format('alter table %I drop column words', source);
  end loop;
end $$;

create or replace function stoa_bare(what text) returns text language plpgsql immutable parallel safe as $$
begin
  return translate(lower(public.unaccent('public.unaccent', left(coalesce(what, ''), 50000))),
                   '.@-_/\''’:+#&"', '              ');
end $$;

create or replace function stoa_words(title text, body text) returns tsvector
  language plpgsql immutable parallel safe as $$
declare
  bare_title text := public.stoa_bare(title);
  bare_body text := public.stoa_bare(body);
begin
  return setweight(to_tsvector('pg_catalog.french', bare_title)
                   || to_tsvector('pg_catalog.simple', bare_title), 'A')
      || setweight(to_tsvector('pg_catalog.french', bare_body)
                   || to_tsvector('pg_catalog.simple', bare_body), 'B');
end $$;

create or replace function stoa_wanted(asked text, widely boolean) returns tsquery
  language plpgsql stable set pg_trgm.similarity_threshold = 0.2 as $$
declare
  most constant integer := 50;
  house text := current_setting('stoa.establishment');
  of_word record;
  listed boolean;
  beginning text[];
  near text[];
  one tsquery;
  wanted tsquery;
begin
  for of_word in
    with word as (
      select w.lexeme, f.stems
      from unnest(to_tsvector('pg_catalog.simple', stoa_bare(asked))) as w,
        lateral (select tsvector_to_array(to_tsvector('pg_catalog.french', w.lexeme)) as stems) as f
      order by f.stems <> '{}' desc, length(w.lexeme) desc limit 10)
    select *, count(*) over () = 1 as alone from word
    where stems <> '{}' or not exists (select from word where stems <> '{}')
  loop
    beginning := null;
    near := null;
    -- Only such words are in the list.
    listed := house <> '*' and length(of_word.lexeme) between 3 and 40
              and of_word.lexeme !~ '^[0-9]';
    if listed then
      select array_agg(k.word) into beginning
      from (select distinct word from search_words
            where establishment_id = house and word ~>=~ of_word.lexeme
              and word ~<~ (of_word.lexeme || chr(1114111)) limit most + 1) as k;
    end if;
    if widely and listed then
      select array_agg(k.word) into near
      from (select distinct word, levenshtein(word, of_word.lexeme) from search_words
            where establishment_id = house and word like '%' || of_word.lexeme || '%'
              and not starts_with(word, of_word.lexeme)
            order by 2, 1 limit 12) as k;
      if beginning is null or of_word.alone then
        select near || array_agg(k.word) into near
        from (select distinct word, levenshtein(word, of_word.lexeme) from search_words
              where establishment_id = house and word % of_word.lexeme
                and levenshtein_less_equal(word, of_word.lexeme, 2)
                    <= case length(of_word.lexeme) when 3 then 0 when 4 then 1 else 2 end
              order by 2, 1 limit 12) as k;
      end if;
    end if;
    if not listed or cardinality(beginning) > most then
      one := stoa_any_of(of_word.stems || near)
             || (stoa_any_of(array[of_word.lexeme])::text || ':*')::tsquery;
    else
      one := stoa_any_of(of_word.stems || near || beginning || of_word.lexeme);
    end if;
    wanted := coalesce(wanted && one, one);
  end loop;
  return wanted;
end $$;

select set_config('stoa.establishment', '*', true);
delete from search_words;
select stoa_searched('users', 'stoa_joined(first_name, last_name, username)',
                     'stoa_joined(email, department, "position")', 'signs_in_by_name');
select stoa_searched('announcements', 'title', 'content');
select stoa_searched('documents', 'title', 'description');
select stoa_searched('events', 'title', 'description');
select stoa_searched('contents', 'title', 'stoa_joined(variadic array_prepend(description, tags))');
select stoa_searched('letters', 'subject', 'content');
select stoa_searched('forum_topics', 'title', 'stoa_joined(description, content)');
select stoa_searched('forum_posts', 'null', 'content');
drop index letters_words;
create index letters_words on letters using gin ((array[sender_id, recipient_id]), words)
  with (gin_pending_list_limit = 256);
delete from search_words k using search_words other
  where other.establishment_id = k.establishment_id and other.word = k.word and other.id < k.id;

create or replace function stoa_find_messages(asked text, of_room text, me text, most integer)
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
alter table messages drop column words;
alter table messages add column words tsvector
  generated always as (to_tsvector('stoa_search', content)) stored;
create index messages_words on messages using gin (words);
drop function stoa_message_query(text);
drop function stoa_number_forms(text);
drop function stoa_compounds(text);
drop function stoa_apart(text);
drop function stoa_has_compounds(text);
