CREATE SCHEMA public;

COMMENT ON SCHEMA public IS 'standard public schema';

CREATE FUNCTION public.stoa_guard(table_name regclass, column_name text DEFAULT 'establishment_id'::text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  execute format('alter table %s enable row level security', table_name);
  execute format('alter table %s force row level security', table_name);
  execute format(
    'create policy tenant on %s using (%I = current_setting(''stoa.establishment'', true)'
    ' or current_setting(''stoa.establishment'', true) = ''*'')'
    ' with check (%I = current_setting(''stoa.establishment'', true)'
    ' or current_setting(''stoa.establishment'', true) = ''*'')',
    table_name, column_name, column_name);
end $$;

CREATE FUNCTION public.stoa_notify(recipient text, tenant text, new_id text, new_type text, new_title text, new_message text, new_data jsonb) RETURNS jsonb
    LANGUAGE sql
    AS $$
  with next as (
    insert into notification_counters values (recipient, tenant, 1)
    on conflict (user_id) do update set last_seq = notification_counters.last_seq + 1
    returning last_seq)
  insert into notifications (id, user_id, establishment_id, seq, type, title, message, data)
  select new_id, recipient, tenant, last_seq, new_type, new_title, new_message, new_data from next
  returning to_jsonb(notifications)
$$;

CREATE TEXT SEARCH CONFIGURATION public.stoa_search (
    PARSER = pg_catalog."default" );

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR asciiword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR word WITH public.unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR numword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR email WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR url WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR host WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR sfloat WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR version WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR hword_numpart WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR hword_part WITH public.unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR hword_asciipart WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR numhword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR asciihword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR hword WITH public.unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR url_path WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR file WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR "float" WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR "int" WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.stoa_search
    ADD MAPPING FOR uint WITH simple;

CREATE TABLE public.customizable_contents (
    id text NOT NULL,
    establishment_id text,
    block_key text NOT NULL,
    block_type text NOT NULL,
    content text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.customizable_contents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.customizable_pages (
    id text NOT NULL,
    establishment_id text,
    page_name text NOT NULL,
    page_title text NOT NULL,
    page_description text,
    layout jsonb NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.customizable_pages FORCE ROW LEVEL SECURITY;

CREATE TABLE public.establishment_branding (
    id text NOT NULL,
    establishment_id text NOT NULL,
    logo_url text,
    favicon_url text,
    primary_color text DEFAULT '#3b82f6'::text NOT NULL,
    secondary_color text DEFAULT '#64748b'::text NOT NULL,
    accent_color text DEFAULT '#10b981'::text NOT NULL,
    custom_css text,
    navigation_config jsonb,
    footer_config jsonb,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.establishment_branding FORCE ROW LEVEL SECURITY;

CREATE TABLE public.establishments (
    id text NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    description text,
    logo text,
    domain text,
    is_active boolean DEFAULT true NOT NULL,
    settings jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.establishments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.jobs (
    id bigint NOT NULL,
    establishment_id text,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    leased_until timestamp with time zone,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'dead'::text])))
);

ALTER TABLE ONLY public.jobs FORCE ROW LEVEL SECURITY;

ALTER TABLE public.jobs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.menu_items (
    id text NOT NULL,
    establishment_id text,
    label text NOT NULL,
    url text NOT NULL,
    icon text,
    parent_id text,
    sort_order integer DEFAULT 0 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    permissions jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.menu_items FORCE ROW LEVEL SECURITY;

CREATE TABLE public.message_reactions (
    message_id text NOT NULL,
    user_id text NOT NULL,
    emoji text NOT NULL,
    establishment_id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.message_reactions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.messages (
    room_id text NOT NULL,
    seq bigint NOT NULL,
    id text NOT NULL,
    establishment_id text NOT NULL,
    author_id text NOT NULL,
    type text DEFAULT 'text'::text NOT NULL,
    content text NOT NULL,
    metadata jsonb,
    reply_to_id text,
    thread_id text,
    edited_at timestamp with time zone,
    is_deleted boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('public.stoa_search'::regconfig, content)) STORED,
    CONSTRAINT messages_type_check CHECK ((type = ANY (ARRAY['text'::text, 'file'::text, 'image'::text, 'link'::text, 'poll'::text, 'whiteboard'::text])))
);

ALTER TABLE ONLY public.messages FORCE ROW LEVEL SECURITY;

CREATE TABLE public.notification_counters (
    user_id text NOT NULL,
    establishment_id text NOT NULL,
    last_seq bigint NOT NULL
);

ALTER TABLE ONLY public.notification_counters FORCE ROW LEVEL SECURITY;

CREATE TABLE public.notifications (
    id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    title text NOT NULL,
    message text NOT NULL,
    data jsonb,
    is_read boolean DEFAULT false NOT NULL,
    read_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.notifications FORCE ROW LEVEL SECURITY;

CREATE TABLE public.room_members (
    room_id text NOT NULL,
    user_id text NOT NULL,
    id text NOT NULL,
    establishment_id text NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    read_seq bigint DEFAULT 0 NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    last_active timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT room_members_role_check CHECK ((role = ANY (ARRAY['member'::text, 'moderator'::text, 'admin'::text])))
);

ALTER TABLE ONLY public.room_members FORCE ROW LEVEL SECURITY;

CREATE TABLE public.rooms (
    id text NOT NULL,
    establishment_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    topic text,
    is_public boolean DEFAULT false NOT NULL,
    direct_key text,
    created_by text NOT NULL,
    archived_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT rooms_kind_check CHECK ((kind = ANY (ARRAY['group'::text, 'room'::text, 'direct'::text])))
);

ALTER TABLE ONLY public.rooms FORCE ROW LEVEL SECURITY;

CREATE TABLE public.sessions (
    token_hash text NOT NULL,
    id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.stoa_migrations (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.stream_events (
    stream text NOT NULL,
    seq bigint NOT NULL,
    establishment_id text NOT NULL,
    kind text NOT NULL,
    author_id text NOT NULL,
    client_key text,
    subject text,
    data jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT stream_events_seq_check CHECK ((seq > 0))
);

ALTER TABLE ONLY public.stream_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.study_groups (
    id text NOT NULL,
    establishment_id text NOT NULL,
    course_id text,
    created_by text NOT NULL,
    name text NOT NULL,
    description text,
    max_members integer DEFAULT 10 NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    is_public boolean DEFAULT true NOT NULL,
    tags text[],
    scheduled_date timestamp with time zone,
    end_date timestamp with time zone,
    meeting_url text,
    settings jsonb DEFAULT '{"allowPolls": true, "moderatorOnly": false, "allowWhiteboard": true, "allowFileSharing": true, "allowScreenShare": true}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT study_groups_max_members_check CHECK (((max_members >= 2) AND (max_members <= 1000))),
    CONSTRAINT study_groups_status_check CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text, 'scheduled'::text])))
);

ALTER TABLE ONLY public.study_groups FORCE ROW LEVEL SECURITY;

CREATE TABLE public.themes (
    id text NOT NULL,
    establishment_id text,
    name text NOT NULL,
    is_active boolean DEFAULT false NOT NULL,
    primary_color text DEFAULT '#6366f1'::text NOT NULL,
    secondary_color text DEFAULT '#06b6d4'::text NOT NULL,
    accent_color text DEFAULT '#10b981'::text NOT NULL,
    background_color text DEFAULT '#ffffff'::text NOT NULL,
    text_color text DEFAULT '#1f2937'::text NOT NULL,
    font_family text DEFAULT 'Inter'::text NOT NULL,
    font_size text DEFAULT '16px'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.themes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.user_permissions (
    id text NOT NULL,
    user_id text NOT NULL,
    establishment_id text,
    permission text NOT NULL,
    granted boolean DEFAULT true NOT NULL,
    granted_by text,
    reason text,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.user_permissions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.users (
    id text NOT NULL,
    establishment_id text,
    email text NOT NULL,
    username text NOT NULL,
    password text NOT NULL,
    first_name text,
    last_name text,
    profile_image_url text,
    role text DEFAULT 'learner'::text NOT NULL,
    phone_number text,
    department text,
    "position" text,
    bio text,
    preferences jsonb,
    metadata jsonb,
    is_active boolean DEFAULT true NOT NULL,
    is_email_verified boolean DEFAULT false NOT NULL,
    last_login_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['learner'::text, 'trainer'::text, 'manager'::text, 'admin'::text, 'super_admin'::text])))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

CREATE TABLE public.whiteboards (
    id text NOT NULL,
    establishment_id text NOT NULL,
    study_group_id text NOT NULL,
    created_by text NOT NULL,
    title text NOT NULL,
    data jsonb NOT NULL,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.whiteboards FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.customizable_contents
    ADD CONSTRAINT customizable_contents_establishment_id_block_key_key UNIQUE (establishment_id, block_key);

ALTER TABLE ONLY public.customizable_contents
    ADD CONSTRAINT customizable_contents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customizable_pages
    ADD CONSTRAINT customizable_pages_establishment_id_page_name_key UNIQUE (establishment_id, page_name);

ALTER TABLE ONLY public.customizable_pages
    ADD CONSTRAINT customizable_pages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.establishment_branding
    ADD CONSTRAINT establishment_branding_establishment_id_key UNIQUE (establishment_id);

ALTER TABLE ONLY public.establishment_branding
    ADD CONSTRAINT establishment_branding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.establishments
    ADD CONSTRAINT establishments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.establishments
    ADD CONSTRAINT establishments_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.menu_items
    ADD CONSTRAINT menu_items_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.message_reactions
    ADD CONSTRAINT message_reactions_pkey PRIMARY KEY (message_id, user_id, emoji);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_id_key UNIQUE (id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (room_id, seq);

ALTER TABLE ONLY public.notification_counters
    ADD CONSTRAINT notification_counters_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_seq_key UNIQUE (user_id, seq);

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_id_key UNIQUE (id);

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_pkey PRIMARY KEY (room_id, user_id);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_direct_key_key UNIQUE (direct_key);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_id_key UNIQUE (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.stoa_migrations
    ADD CONSTRAINT stoa_migrations_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.stream_events
    ADD CONSTRAINT stream_events_pkey PRIMARY KEY (stream, seq);

ALTER TABLE ONLY public.study_groups
    ADD CONSTRAINT study_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.themes
    ADD CONSTRAINT themes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_user_id_permission_key UNIQUE (user_id, permission);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.whiteboards
    ADD CONSTRAINT whiteboards_pkey PRIMARY KEY (id);

CREATE INDEX jobs_due ON public.jobs USING btree (run_at) WHERE (state = 'waiting'::text);

CREATE INDEX menu_items_order ON public.menu_items USING btree (establishment_id, sort_order);

CREATE INDEX messages_thread ON public.messages USING btree (thread_id, seq) WHERE (thread_id IS NOT NULL);

CREATE INDEX messages_words ON public.messages USING gin (words);

CREATE INDEX notifications_list ON public.notifications USING btree (user_id, is_read, created_at DESC);

CREATE INDEX room_members_user ON public.room_members USING btree (user_id);

CREATE INDEX rooms_establishment ON public.rooms USING btree (establishment_id, created_at DESC);

CREATE INDEX sessions_expiry ON public.sessions USING btree (expires_at);

CREATE INDEX sessions_user ON public.sessions USING btree (user_id);

CREATE UNIQUE INDEX stream_events_key ON public.stream_events USING btree (author_id, client_key) WHERE (client_key IS NOT NULL);

CREATE INDEX study_groups_establishment ON public.study_groups USING btree (establishment_id, created_at DESC);

CREATE UNIQUE INDEX themes_one_active ON public.themes USING btree (establishment_id) WHERE is_active;

CREATE UNIQUE INDEX users_email ON public.users USING btree (lower(email));

CREATE INDEX users_establishment ON public.users USING btree (establishment_id, is_active);

CREATE INDEX whiteboards_group ON public.whiteboards USING btree (study_group_id, updated_at DESC);

ALTER TABLE ONLY public.customizable_contents
    ADD CONSTRAINT customizable_contents_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.customizable_pages
    ADD CONSTRAINT customizable_pages_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.establishment_branding
    ADD CONSTRAINT establishment_branding_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.menu_items
    ADD CONSTRAINT menu_items_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.menu_items
    ADD CONSTRAINT menu_items_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.menu_items(id);

ALTER TABLE ONLY public.message_reactions
    ADD CONSTRAINT message_reactions_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.message_reactions
    ADD CONSTRAINT message_reactions_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.messages(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.message_reactions
    ADD CONSTRAINT message_reactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_room_id_fkey FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notification_counters
    ADD CONSTRAINT notification_counters_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notification_counters
    ADD CONSTRAINT notification_counters_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_room_id_fkey FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.room_members
    ADD CONSTRAINT room_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.study_groups
    ADD CONSTRAINT study_groups_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.study_groups
    ADD CONSTRAINT study_groups_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.study_groups
    ADD CONSTRAINT study_groups_id_fkey FOREIGN KEY (id) REFERENCES public.rooms(id);

ALTER TABLE ONLY public.themes
    ADD CONSTRAINT themes_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT user_permissions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.whiteboards
    ADD CONSTRAINT whiteboards_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.whiteboards
    ADD CONSTRAINT whiteboards_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES public.establishments(id);

ALTER TABLE ONLY public.whiteboards
    ADD CONSTRAINT whiteboards_study_group_id_fkey FOREIGN KEY (study_group_id) REFERENCES public.study_groups(id) ON DELETE CASCADE;

ALTER TABLE public.customizable_contents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.customizable_pages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.establishment_branding ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.establishments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.menu_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.message_reactions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notification_counters ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.room_members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.rooms ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.stream_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.study_groups ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON public.customizable_contents USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.customizable_pages USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.establishment_branding USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.establishments USING (((id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.jobs USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.menu_items USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.message_reactions USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.messages USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.notification_counters USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.notifications USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.room_members USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.rooms USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.sessions USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.stream_events USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.study_groups USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.themes USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.user_permissions USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.users USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

CREATE POLICY tenant ON public.whiteboards USING (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text))) WITH CHECK (((establishment_id = current_setting('stoa.establishment'::text, true)) OR (current_setting('stoa.establishment'::text, true) = '*'::text)));

ALTER TABLE public.themes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.user_permissions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.whiteboards ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.customizable_contents TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.customizable_pages TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.establishment_branding TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.establishments TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO stoa_app;

GRANT SELECT,USAGE ON SEQUENCE public.jobs_id_seq TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.menu_items TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.message_reactions TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messages TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_counters TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notifications TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.room_members TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rooms TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO stoa_app;

GRANT SELECT ON TABLE public.stoa_migrations TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.stream_events TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.study_groups TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.themes TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_permissions TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO stoa_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.whiteboards TO stoa_app;

