drop function stoa_search(text, text, text, integer, boolean, boolean);
drop function stoa_reads_topic(text, text[], boolean, text, text, integer, boolean);
drop function stoa_wanted(text, boolean);
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
drop function stoa_searched(regclass, text, text, text);
drop function stoa_learn_row();
drop table search_words;
drop function stoa_words(text, text);
drop function stoa_bare(text);
drop function stoa_joined(text[]);
drop extension fuzzystrmatch;
