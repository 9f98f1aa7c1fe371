-- Words inside others: of addresses, links and names of files, `C++`, `TP1`. PostgreSQL's parser takes
-- such a thing for one word, which is found from its first letter on only. It is taken apart beside
-- that; a text without one costs no more than a look.

-- Whether a text has one: signs between letters, two pluses or a hash behind one, a digit beside one,
-- or a letter with its accent apart, which the parser takes for the end of a word. Hyphens between
-- letters and apostrophes it takes apart itself.
create function stoa_has_compounds(what text) returns boolean
  language sql immutable parallel safe strict as $$
  select what ~ '[[:alnum:]][.@/_\\=?&%]+[[:alnum:]]|[[:alpha:]](\+\+|#)|[[:alpha:]]-?[0-9]|[0-9]-?[[:alpha:]]|[0-9]-[0-9]|[\u0300-\u036f]'
$$;

-- The words in such a word, `C++` and `C#` by a name of their own.
create function stoa_apart(what text) returns text
  language sql immutable parallel safe strict as $$
  select translate(regexp_replace(regexp_replace(regexp_replace(regexp_replace(normalize(what),
    '([[:alpha:]])\+\+', '\1plusplus', 'g'), '([[:alpha:]])#(?![[:alnum:]])', '\1sharp', 'g'),
    '([[:alpha:]])(?=[0-9])', '\1 ', 'g'), '([0-9])(?=[[:alpha:]])', '\1 ', 'g'),
    '.@-_/\:+#&"=?%', '              ')
$$;

-- Those of a whole text, taken apart; null when there are none.
create function stoa_compounds(what text) returns text
  language sql immutable parallel safe strict as $$
  select string_agg(public.stoa_apart(word), ' ')
  from regexp_split_to_table(left(what, 50000), '\s+') as word where public.stoa_has_compounds(word)
$$;

-- The other number of a word, as French and English have it: what a stemmer of nouns would make one
-- (its own takes « travail » and « travaux » for two, and « avions » for a word that says nothing).
create function stoa_number_forms(word text) returns text[]
  language sql immutable parallel safe strict as $$
  select array_remove(array[
    case when word ~ '..[^s]s$' then left(word, -1) end,
    case when word ~ '..[^sxz]$' then word || 's' end,
    case when word ~ '(eau|eu)x$' then left(word, -1) end,
    case when word ~ '(eau|eu)$' then word || 'x' end,
    case when word ~ '[^e]aux$' then left(word, -3) || 'al' end,
    case when word ~ '[^e]aux$' then left(word, -3) || 'ail' end,
    case when word ~ '..al$' then left(word, -2) || 'aux' end,
    case when word ~ '..ail$' then left(word, -3) || 'aux' end], null)
$$;

-- -- messages -------------------------------------------------------------------------------------
alter table messages drop column words;
alter table messages add column words tsvector generated always as (
  case when stoa_has_compounds(content)
    then to_tsvector('stoa_search', content) || to_tsvector('stoa_search', stoa_compounds(content))
    else to_tsvector('stoa_search', content) end) stored;
create index messages_words on messages using gin (words);

-- What is asked for: words that all have to be there, in either number, and those inside a word one
-- behind the other; the last one may go on. Nothing that is typed is an operator.
create function stoa_message_query(asked text) returns tsquery
  language plpgsql stable as $$
declare
  most constant integer := 16;
  typed text[] := (regexp_split_to_array(btrim(asked, E' \t\r\n'), '\s+'))[1:most];
  word text;
  one tsquery;
  wanted tsquery;
begin
  for place in 1 .. cardinality(typed) loop
    word := stoa_apart(typed[place]);
    continue when word !~ '[[:alnum:]]';
    one := phraseto_tsquery('stoa_search', word);
    continue when numnode(one) = 0;
    if numnode(one) = 1 then
      one := one || coalesce(stoa_any_of(stoa_number_forms(trim(both '''' from one::text))), one);
    end if;
    if place = cardinality(typed) then
      one := one || (phraseto_tsquery('stoa_search', word)::text || ':*')::tsquery;
    end if;
    wanted := coalesce(wanted && one, one);
  end loop;
  return wanted;
end $$;

create or replace function stoa_find_messages(asked text, of_room text, me text, most integer)
  returns table (room_id text, seq bigint, rank real) language plpgsql stable
  security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  house text := current_setting('stoa.establishment');
  wanted tsquery := stoa_message_query(asked);
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

-- -- everything else that is searched ---------------------------------------------------------------
-- The text without accents and capitals, addresses and hyphens taken apart, as before, but `C++` and
-- `C#` are words.
create or replace function stoa_bare(what text) returns text
  language plpgsql immutable parallel safe as $$
declare
  bare text := left(coalesce(what, ''), 50000);
begin
  if bare ~ '[\u0300-\u036f]' then
    bare := normalize(bare);
  end if;
  bare := lower(public.unaccent('public.unaccent', bare));
  if bare ~ '[[:alpha:]](\+\+|#)' then
    bare := regexp_replace(regexp_replace(bare, '([[:alpha:]])\+\+', '\1plusplus', 'g'),
                           '([[:alpha:]])#(?![[:alnum:]])', '\1sharp', 'g');
  end if;
  return translate(bare, '.@-_/\''’:+#&"=?%', '                 ');
end $$;

-- Its words as they stand and by their stems, and letters and digits that stand side by side.
create or replace function stoa_words(title text, body text) returns tsvector
  language plpgsql immutable parallel safe as $$
declare
  bare text;
  one tsvector;
  words tsvector := '';
  weight "char" := 'A';
begin
  foreach bare in array array[public.stoa_bare(title), public.stoa_bare(body)] loop
    one := to_tsvector('pg_catalog.french', bare) || to_tsvector('pg_catalog.simple', bare);
    if public.stoa_has_compounds(bare) then
      one := one || to_tsvector('pg_catalog.simple', public.stoa_compounds(bare));
    end if;
    words := words || setweight(one, weight);
    weight := 'B';
  end loop;
  return words;
end $$;

-- As before, with a word's other number, and letters and digits of one word side by side.
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
    near := of_word.stems || stoa_number_forms(of_word.lexeme) || near;
    if not listed or cardinality(beginning) > most then
      one := stoa_any_of(near || of_word.lexeme)
             || (stoa_any_of(array[of_word.lexeme])::text || ':*')::tsquery;
    else
      one := stoa_any_of(near || beginning || of_word.lexeme);
    end if;
    if stoa_has_compounds(of_word.lexeme) then
      one := one || phraseto_tsquery('pg_catalog.simple', stoa_apart(of_word.lexeme));
    end if;
    wanted := coalesce(wanted && one, one);
  end loop;
  return wanted;
end $$;

-- Every searched row has its words made anew.
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
select set_config('stoa.establishment', '*', true);
delete from search_words;
select stoa_searched('users', 'stoa_joined(first_name, last_name, username)',
                     'stoa_joined(email, department, "position")', 'signs_in_by_name');
select stoa_searched('announcements', 'title', 'content');
select stoa_searched('documents', 'title', 'stoa_joined(description, file_name)');
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
