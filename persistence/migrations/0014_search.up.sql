-- Searching: words by their stem and their beginning, ranked; and when they find little, the words
-- that are spelled nearly so. Each searched table keeps its words, and each establishment a list of
-- the words that stand anywhere in it: a slip is put right there, in some 20,000 words, not in all
-- texts.
create extension if not exists fuzzystrmatch;

-- `array_to_string` is not immutable for every type; of texts it is.
create function stoa_joined(variadic parts text[]) returns text
  language sql immutable parallel safe as $$ select array_to_string(parts, ' ') $$;

-- A text without accents and capitals, addresses and hyphens taken apart. What is beyond the first
-- 50,000 characters is not searched: a tsvector has at most 1 MiB. In PL/pgSQL since each row that
-- is written calls it, and a function in SQL is set up anew for every call.
create function stoa_bare(what text) returns text language plpgsql immutable parallel safe as $$
begin
  return translate(lower(public.unaccent('public.unaccent', left(coalesce(what, ''), 50000))),
                   '.@-_/\''’:+#&"', '              ');
end $$;

-- Its words as they stand and by their stems; those of the title count for more.
create function stoa_words(title text, body text) returns tsvector
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

-- The words of an establishment. Not unique, and words of rows that went stay: whoever writes waits
-- for nobody here, and what somebody looks for in vain does no harm.
create table search_words (
  id bigint generated always as identity primary key,
  establishment_id text not null references establishments on delete cascade,
  word text not null
);
create index search_words_word on search_words (establishment_id, word);
create index search_words_alike on search_words using gin (word gin_trgm_ops);
select stoa_guard('search_words');

-- The plan is kept, and was perhaps made while the list was short: it has to look words up, and not
-- by their trigrams, which are an index for `=` as well.
create function stoa_learn_row() returns trigger language plpgsql
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

-- Gives a table its words; `title` and `body` are expressions over its columns, `which` says what
-- rows are searched at all. Every search reads what waits to be put in the index, so little waits.
create function stoa_searched(source regclass, title text, body text, which text default 'true')
  returns void
  language plpgsql as $$
begin
  execute format('alter table %s add column words tsvector generated always as'
                 ' (case when %s then stoa_words(%s, %s) end) stored', source, which, title, body);
  execute format('create index %I on %s using gin (words) with (gin_pending_list_limit = 256)',
                 source || '_words', source);
  execute format('create trigger %I after insert on %s for each row'
                 ' when (new.words is not null) execute function stoa_learn_row()',
                 source || '_learn', source);
  execute format('create trigger %I after update on %s for each row'
                 ' when (old.words is distinct from new.words)'
                 ' execute function stoa_learn_row()', source || '_relearn', source);
  execute format('insert into search_words (establishment_id, word)'
                 ' select distinct t.establishment_id, w.word from %s t,'
                 ' unnest(tsvector_to_array(t.words)) as w (word)'
                 ' where t.establishment_id is not null and length(w.word) between 3 and 40'
                 ' and w.word !~ ''^[0-9]''', source);
end $$;
select set_config('stoa.establishment', '*', true);
select stoa_searched('users', 'stoa_joined(first_name, last_name, username)',
                     'stoa_joined(email, department, "position")', 'signs_in_by_name');
select stoa_searched('announcements', 'title', 'content');
select stoa_searched('documents', 'title', 'description');
select stoa_searched('events', 'title', 'description');
select stoa_searched('contents', 'title', 'stoa_joined(variadic array_prepend(description, tags))');
select stoa_searched('letters', 'subject', 'content');
select stoa_searched('forum_topics', 'title', 'stoa_joined(description, content)');
select stoa_searched('forum_posts', 'null', 'content');
delete from search_words k using search_words other
  where other.establishment_id = k.establishment_id and other.word = k.word and other.id < k.id;

-- What is asked for: words that all have to be there, each by its stem or as the beginning of a
-- word. Words like « de » count only when there are no others. When `widely`, words that contain it
-- or that are a slip or two away count for one as well. Null when nothing is asked for.
create function stoa_wanted(asked text, widely boolean) returns tsquery
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

-- Whether somebody reads a topic: by his rank or as who looks after its shelf, and before it is
-- approved only who wrote it or judges it.
create function stoa_reads_topic(level text, moderators text[], approved boolean, author text,
                                 me text, my_rank integer, judges boolean) returns boolean
  language sql immutable parallel safe as $$
  select (level = 'all' or level = 'employee' and my_rank >= 1
          or level = 'moderator' and my_rank >= 3 or my_rank >= 4 or me = any(moderators))
     and (approved or author = me or judges or me = any(moderators))
$$;

-- The ids of what is found among what `me` may read, at most 100, best first; when fewer than 5
-- have the words, those that have nearly such words come behind. Of what has the words, the newest
-- 500 are put in order.
--
-- It runs as the owner, since row-level security puts every index of words out of use: their
-- operators are not leakproof. So it repeats the guard's condition and answers nothing but ids;
-- whoever asks reads the rows under his own rules.
create function stoa_search(of_kind text, asked text, me text, my_rank integer,
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
