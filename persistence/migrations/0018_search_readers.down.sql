drop index letters_words;
create index letters_words on letters using gin (words) with (gin_pending_list_limit = 256);

drop index search_words_word;
create index search_words_word on search_words (establishment_id, word);

create or replace function stoa_learn_row() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if new.establishment_id is not null then
    insert into search_words (establishment_id, word)
    select new.establishment_id, w.word from unnest(tsvector_to_array(new.words)) as w (word)
    where length(w.word) between 3 and 40 and w.word !~ '^[0-9]'
      and not exists (select from search_words k
                      where k.establishment_id = new.establishment_id
                        and k.word between w.word and w.word);
  end if;
  return null;
end $$;

create or replace function stoa_wanted(asked text, widely boolean) returns tsquery
  language plpgsql stable set pg_trgm.similarity_threshold = 0.2 as $$
declare
  house text := current_setting('stoa.establishment');
  of_word record;
  one tsquery;
  wanted tsquery;
begin
  for of_word in
    with word as (
      select lexeme, to_tsvector('pg_catalog.french', lexeme) <> '' as says
      from unnest(to_tsvector('pg_catalog.simple', stoa_bare(asked)))
      order by 2 desc, length(lexeme) desc limit 10)
    select lexeme, says,
      format('''%s'':*', replace(replace(lexeme, '\', '\\'), '''', ''''''))::tsquery as beginning
    from word where says or not exists (select from word where says)
  loop
    one := of_word.beginning;
    if of_word.says then
      one := one || plainto_tsquery('pg_catalog.french', of_word.lexeme);
    end if;
    if widely and length(of_word.lexeme) between 3 and 40 then
      select coalesce(one || string_agg(format('''%s''', replace(replace(near.word, '\', '\\'),
                                                                 '''', '''''')), ' | ')::tsquery,
                      one) into one
      from (
        select k.word from search_words k
        where k.establishment_id = house
          and (k.word like '%' || of_word.lexeme || '%'
               or k.word % of_word.lexeme
                  and levenshtein_less_equal(k.word, of_word.lexeme, 2)
                      <= case length(of_word.lexeme) when 3 then 0 when 4 then 1 else 2 end)
        order by levenshtein(k.word, of_word.lexeme), k.word limit 12) as near;
    end if;
    wanted := coalesce(wanted && one, one);
  end loop;
  return wanted;
end $$;

create or replace function stoa_search(of_kind text, asked text, me text, my_rank integer,
                            judges_topics boolean, judges_posts boolean)
  returns table (id text, rank real) language plpgsql stable rows 100
  security definer set search_path = public, pg_temp as $$
declare
  house text := current_setting('stoa.establishment');
  wanted tsquery := stoa_wanted(asked, false);
  source text := of_kind || ' t';
  readable text := 'true';
  look constant text :=
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
      readable := 't.sender_id = $3 or t.recipient_id = $3';
      -- Who has few letters is better off without the index: it would find everybody's.
      if (select count(*) from (select from letters l where l.sender_id = me or l.recipient_id = me
                                limit 5001) as mine) <= 5000 then
        source := '(select * from letters l where l.sender_id = $3 or l.recipient_id = $3'
                  ' offset 0) as t';
      end if;
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
  wanted := stoa_wanted(asked, true);
  for id, rank in execute format(look, 0, source, readable)
      using wanted, house, me, my_rank, judges_topics, judges_posts loop
    if id <> all(coalesce(seen, '{}')) then
      return next;
    end if;
  end loop;
end $$;

drop function stoa_find_letters(tsquery, text, real);
drop function stoa_any_of(text[]);
