drop function stoa_tell_followers(text);
drop function stoa_topic_followers(text);
alter table forum_posts drop column followers_told;
drop table forum_subscriptions;
