-- The forum: shelves, topics, posts and who likes them. A topic's rows are written by its owner
-- alone; what people did in all of it is counted when somebody asks (forum_people).

create table forum_categories (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  name text not null,
  description text,
  icon text not null default '💬',
  color text not null default '#3B82F6',
  sort_order integer not null default 0,
  is_active boolean not null default true,
  is_moderated boolean not null default false,
  access_level text not null default 'all'
    check (access_level in ('all', 'employee', 'moderator', 'admin')),
  moderator_ids text[] not null default '{}',
  permissions text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index forum_categories_name on forum_categories (establishment_id, lower(name));
select stoa_guard('forum_categories');

create table forum_topics (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  category_id text not null references forum_categories,
  title text not null,
  description text,
  content text,
  author_id text not null references users,
  author_name text not null,
  is_pinned boolean not null default false,
  is_locked boolean not null default false,
  is_announcement boolean not null default false,
  is_approved boolean not null default true,
  view_count bigint not null default 0,
  reply_count bigint not null default 0,
  last_reply_at timestamptz,
  last_reply_by text,
  last_reply_by_name text,
  tags text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index forum_topics_shelf on forum_topics
  (category_id, is_pinned desc, coalesce(last_reply_at, created_at) desc);
create index forum_topics_all on forum_topics
  (establishment_id, is_pinned desc, coalesce(last_reply_at, created_at) desc);
create index forum_topics_author on forum_topics (author_id);
create index forum_topics_waiting on forum_topics (establishment_id) where not is_approved;
select stoa_guard('forum_topics');

create table forum_posts (
  id text primary key,
  establishment_id text not null references establishments on delete cascade,
  topic_id text not null references forum_topics on delete cascade,
  category_id text not null,
  author_id text not null references users,
  author_name text not null,
  content text not null,
  is_first_post boolean not null default false,
  parent_post_id text,
  like_count bigint not null default 0 check (like_count >= 0),
  is_edited boolean not null default false,
  edited_at timestamptz,
  edited_by text,
  is_deleted boolean not null default false,
  deleted_at timestamptz,
  deleted_by text,
  is_approved boolean not null default true,
  attachments text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index forum_posts_topic on forum_posts (topic_id, created_at, id);
create index forum_posts_author on forum_posts (author_id);
create index forum_posts_waiting on forum_posts (establishment_id) where not is_approved;
select stoa_guard('forum_posts');

create table forum_likes (
  post_id text not null references forum_posts on delete cascade,
  user_id text not null references users on delete cascade,
  establishment_id text not null references establishments on delete cascade,
  reaction_type text not null check (reaction_type in ('like', 'love', 'laugh', 'angry', 'sad')),
  created_at timestamptz not null default now(),
  primary key (post_id, user_id)
);
create index forum_likes_user on forum_likes (user_id);
select stoa_guard('forum_likes');

-- What a post said before it was edited.
create table forum_post_edits (
  id bigint generated always as identity primary key,
  post_id text not null references forum_posts on delete cascade,
  establishment_id text not null references establishments on delete cascade,
  content text not null,
  written_by text not null,
  written_at timestamptz not null
);
create index forum_post_edits_post on forum_post_edits (post_id, id);
select stoa_guard('forum_post_edits');

-- Adds or takes back somebody's like, and moves the counter by what really happened, so that it
-- cannot drift. `wanted`: true to like, false to take it back, null for the other of the two.
create function stoa_like(of_post text, by_user text, tenant text, reaction text, wanted boolean)
  returns table (liked boolean, likes bigint) language plpgsql as $$
declare
  moved integer := 0;
  now_liked boolean;
begin
  perform 1 from forum_posts where id = of_post and not is_deleted for update;
  if not found then
    return;
  end if;
  now_liked := coalesce(wanted, not exists (
    select 1 from forum_likes l where l.post_id = of_post and l.user_id = by_user));
  if now_liked then
    insert into forum_likes (post_id, user_id, establishment_id, reaction_type)
      values (of_post, by_user, tenant, reaction) on conflict (post_id, user_id) do nothing;
    get diagnostics moved = row_count;
    if moved = 0 then
      update forum_likes l set reaction_type = reaction
        where l.post_id = of_post and l.user_id = by_user;
    end if;
  else
    delete from forum_likes l where l.post_id = of_post and l.user_id = by_user;
    get diagnostics moved = row_count;
    moved := -moved;
  end if;
  return query update forum_posts p set like_count = p.like_count + moved
    where p.id = of_post returning now_liked, p.like_count;
end $$;

-- What somebody has done in the forum. Reputation: 5 for a topic, 2 for a post, 3 for a like that
-- others gave.
create function stoa_forum_person(who text)
  returns table (post_count bigint, topic_count bigint, like_count bigint, reputation bigint,
                 joined_at timestamptz, last_active_at timestamptz)
  language sql stable as $$
  with written as (
    select count(*) as posts, min(created_at) as first, max(created_at) as last
      from forum_posts where author_id = who and not is_deleted),
  begun as (select count(*) as topics from forum_topics where author_id = who),
  liked as (select count(*) as likes from forum_posts p join forum_likes l on l.post_id = p.id
            where p.author_id = who and not p.is_deleted and l.user_id <> who)
  select posts, topics, likes, 5 * topics + 2 * posts + 3 * likes,
         coalesce(first, now()), coalesce(last, now())
    from written, begun, liked
$$;
