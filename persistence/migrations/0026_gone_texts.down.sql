drop trigger forum_topics_gone on forum_topics;
drop function stoa_topic_gone();
drop trigger forum_posts_retell on forum_posts;
drop trigger forum_posts_gone on forum_posts;
drop trigger messages_gone on messages;
drop trigger messages_retell on messages;
drop function stoa_post_changed();
drop function stoa_message_gone();
drop function stoa_message_changed();
drop function stoa_retell(text, text);
alter table notifications drop column about;
-- Notifies those of them who may read the topic, in the transaction that makes the post readable:
-- a row of notification each, and a letter to who was told of this topic for the first time in an
-- hour. At most 1000 are told. Notifying locks counters of people until the commit; two topics that
-- tell the same people would lock them in different orders when their owners save several posts at
-- once, so the topics of an establishment take turns in this.
create or replace function stoa_tell_followers(of_post text) returns table (recipient text, told jsonb)
  language plpgsql as $$
declare
  post forum_posts;
  topic forum_topics;
  shelf forum_categories;
  already boolean;
begin
  update forum_posts set followers_told = true where id = of_post and is_approved
    and not is_first_post and not is_deleted and not followers_told returning * into post;
  if not found then
    return;
  end if;
  select * into topic from forum_topics where id = post.topic_id;
  select * into shelf from forum_categories where id = topic.category_id;
  for recipient in
    select u.id from users u
    cross join lateral (select case u.role when 'learner' then 1 when 'trainer' then 2
                                 when 'manager' then 3 when 'admin' then 4 else 5 end as rank) as r
    where u.id in (select stoa_topic_followers(topic.id)) and u.id <> post.author_id and u.is_active
      and stoa_reads_topic(shelf.access_level, shelf.moderator_ids, topic.is_approved,
                           topic.author_id, u.id, r.rank, r.rank >= 3)
    order by u.id limit 1000
  loop
    perform pg_advisory_xact_lock(hashtext('forum followers'), hashtext(post.establishment_id));
    already := exists (select from notifications n where n.user_id = recipient
                       and n.created_at > now() - interval '1 hour'
                       and n.data ->> 'topicId' = topic.id);
    told := stoa_notify(recipient, post.establishment_id, gen_random_uuid()::text,
      'new_announcement', left(post.author_name || ' — ' || topic.title, 200),
      left(post.content, 500),
      jsonb_build_object('kind', 'forum_reply', 'topicId', topic.id, 'postId', post.id,
                         'categoryId', topic.category_id, 'by', post.author_id));
    if not already then
      perform stoa_queue_letter(recipient, 'notification', jsonb_build_object('type', 'Forum',
        'content', post.author_name || ' — ' || topic.title || E'\n\n' || left(post.content, 500)),
        false);
    end if;
    return next;
  end loop;
end $$;
