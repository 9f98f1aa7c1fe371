-- Searching in less time: a search in letters read every letter of whoever searched, each row that was
-- written read all words of its establishment, and the beginning of a word was looked for among the
-- words of all texts instead of in the list.

-- Who sent and who got a letter stands in the index of words: only what both find is read.
drop index letters_words;
create index letters_words on letters using gin ((array[sender_id, recipient_id]), words)
  with (gin_pending_list_limit = 256);

-- By their bytes, so that what begins with something is a stretch of the index in every collation.
drop index search_words_word;
create index search_words_word on search_words (establishment_id, word text_pattern_ops);

-- Row-level security lets an index be used only by operators that are leakproof: `=` is, `between` is
-- not, and made every row read all words. The trigrams' index serves `=` as well, but only by bitmap.
create or replace function stoa_learn_row() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set enable_bitmapscan = off as $$
begin
  if new.establishment_id is not null then
    insert into search_words (establishment_id, word)
    select new.establishment_id, w.word from unnest(tsvector_to_array(new.words)) as w (word)
    where length(w.word) between 3 and 40 and w.word !~ '^[0-9]'
      and not exists (select from search_words k
                      where k.establishment_id = new.establishment_id and k.word = w.word);
  end if;
  return null;
end $$;

-- A query for any of these words; null when there are none.
create function stoa_any_of(words text[]) returns tsquery
  language plpgsql immutable parallel safe as $$
begin
  return (select string_agg(distinct '''' || replace(replace(w, '\', '\\'), '''', '''''') || '''',
                            ' | ')
          from unnest(words) as w)::tsquery;
end $$;

-- What is asked for: words that all have to be there, each by its stem or as the beginning of a word.
-- Words like « de » count only when there are no others. When `widely`, words that contain it count
-- for one as well, and those that are a slip or two away: for a word that stands nowhere, and for the
-- only one, since perhaps others misspelt it. Null when nothing is asked for.
--
-- The list says which words begin so: to find each of them is quicker than to find a beginning.
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

-- The newest 500 letters that somebody sent or got and that have the words, the 100 best of them
-- first. The plan is kept: it is always the same, and to make it takes longer than to follow it.
create function stoa_find_letters(wanted tsquery, me text, bonus real)
  returns table (id text, rank real)
  language plpgsql stable rows 100 set plan_cache_mode = force_generic_plan as $$
begin
  return query
  select found.id, bonus + ts_rank(found.words, wanted)
  from (select l.id, l.words, l.created_at from letters l
        where l.words @@ wanted and array[l.sender_id, l.recipient_id] @> array[me]
        order by l.created_at desc limit 500) as found
  order by 2 desc, found.created_at desc, found.id limit 100;
end $$;

-- As before, but for letters, and nothing is looked for twice.
create or replace function stoa_search(of_kind text, asked text, me text, my_rank integer,
                            judges_topics boolean, judges_posts boolean)
  returns table (id text, rank real) language plpgsql stable rows 100
  security definer set search_path = public, pg_temp as $$
declare
  house text := current_setting('stoa.establishment');
  wanted tsquery := stoa_wanted(asked, false);
  wider tsquery;
  source text := of_kind || ' t';
  readable text := 'true';
  look text :=
    'select found.id, %s + ts_rank(found.words, $1) from (select t.id, t.words, t.created_at'
    ' from %s where t.words @@ $1 and (%s) and ($2 = ''*'' or t.establishment_id = $2)'
    ' order by t.created_at desc limit 500) as found'
    ' order by 2 desc, found.created_at desc, found.id limit 100';
  seen text[];
begin
  if wanted is null then
    return;
  end if;
  case of_kind
    when 'users' then
      readable := 't.is_active';
    when 'announcements', 'events', 'contents' then
      null;
    when 'documents' then
      source := '(select *, updated_at as created_at from documents) as t';
    when 'letters' then
      look := 'select * from stoa_find_letters($1, $3, %s)';
    when 'forum_topics' then
      source := 'forum_topics t join forum_categories k on k.id = t.category_id';
      readable := 'stoa_reads_topic(k.access_level, k.moderator_ids, t.is_approved, t.author_id,'
                  ' $3, $4, $5)';
    when 'forum_posts' then
      source := 'forum_posts t join forum_topics o on o.id = t.topic_id'
                ' join forum_categories k on k.id = o.category_id';
      readable := 'not t.is_deleted and (t.is_approved or t.author_id = $3 or $6)'
                  ' and stoa_reads_topic(k.access_level, k.moderator_ids, o.is_approved,'
                  ' o.author_id, $3, $4, $5)';
  end case;
  for id, rank in execute format(look, 1, source, readable)
      using wanted, house, me, my_rank, judges_topics, judges_posts loop
    seen := seen || id;
    return next;
  end loop;
  if cardinality(seen) >= 5 then
    return;
  end if;
  wider := stoa_wanted(asked, true);
  if wider = wanted then
    return;
  end if;
  for id, rank in execute format(look, 0, source, readable)
      using wider, house, me, my_rank, judges_topics, judges_posts loop
    if id <> all(coalesce(seen, '{}')) then
      return next;
    end if;
  end loop;
end $$;
