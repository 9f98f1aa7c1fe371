drop function stoa_forum_person(text);
drop function stoa_like(text, text, text, text, boolean);
drop table forum_post_edits;
drop table forum_likes;
drop table forum_posts;
drop table forum_topics;
drop table forum_categories;
