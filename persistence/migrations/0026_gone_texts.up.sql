-- What a removal or a correction reaches: notifications, and mails that wait, say again what their
-- source says now, and nothing of it once it is gone. A notification itself stays: numbers have no gap.
alter table notifications add column about text
  generated always as (coalesce(data ->> 'messageId', data ->> 'postId')) stored;
create index notifications_about on notifications (about) where about is not null;

-- `becomes` is null when the source is gone.
create function stoa_retell(source text, becomes text) returns void language plpgsql as $$
begin
  update notifications set message = coalesce(left(becomes, 500), ''), updated_at = now(),
    data = case when becomes is null then data || '{"isDeleted": true}' else data - 'isDeleted' end
    where about = source;
  if becomes is null then
    delete from jobs where state = 'waiting' and kind = 'mail'
      and payload -> 'values' ->> 'about' = source;
  end if;
end $$;

create function stoa_message_changed() returns trigger language plpgsql as $$
begin
  perform stoa_retell(new.id, case when not new.is_deleted then new.content end);
  return null;
end $$;
create trigger messages_retell after update on messages for each row
  when (old.content is distinct from new.content or old.is_deleted is distinct from new.is_deleted)
  execute function stoa_message_changed();

create function stoa_message_gone() returns trigger language plpgsql as $$
begin
  perform stoa_retell(old.id, null);
  return null;
end $$;
create trigger messages_gone after delete on messages
  for each row execute function stoa_message_gone();
create trigger forum_posts_gone after delete on forum_posts
  for each row execute function stoa_message_gone();

create function stoa_post_changed() returns trigger language plpgsql as $$
begin
  perform stoa_retell(new.id, case when not new.is_deleted and new.is_approved then new.content end);
  return null;
end $$;
create trigger forum_posts_retell after update on forum_posts for each row
  when (old.content is distinct from new.content or old.is_deleted is distinct from new.is_deleted
        or old.is_approved is distinct from new.is_approved)
  execute function stoa_post_changed();

-- A notification of a reply has the topic's title in its own, behind the author's name.
create function stoa_topic_gone() returns trigger language plpgsql as $$
begin
  update notifications n set title = split_part(n.title, ' — ', 1), updated_at = now()
    where n.about in (select p.id from forum_posts p where p.topic_id = old.id);
  return old;
end $$;
create trigger forum_topics_gone before delete on forum_topics
  for each row execute function stoa_topic_gone();

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
        'content', post.author_name || ' — ' || topic.title || E'\n\n' || left(post.content, 500),
        'about', post.id), false);
    end if;
    return next;
  end loop;
end $$;

-- What is gone already.
select set_config('stoa.establishment', '*', true);
select stoa_retell(m.id, case when not m.is_deleted then m.content end) from messages m
  where (m.is_deleted or m.edited_at is not null)
    and exists (select from notifications n where n.about = m.id);
select stoa_retell(p.id, case when not p.is_deleted and p.is_approved then p.content end)
  from forum_posts p where (p.is_deleted or p.is_edited or not p.is_approved)
    and exists (select from notifications n where n.about = p.id);
