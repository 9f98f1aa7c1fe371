drop trigger users_unshown_files on users;
drop function stoa_unshown_files_gone();
do $$ declare t text; event text; begin
  foreach t in array array['announcements', 'documents', 'contents', 'trainings', 'courses', 'lessons',
    'certificates', 'learning_resources', 'forum_posts', 'users', 'establishments', 'menu_items',
    'establishment_branding'] loop
    foreach event in array array['new', 'changed', 'gone'] loop
      execute format('drop trigger %I on %I', t || '_files_' || event, t);
    end loop;
  end loop;
end $$;
drop function stoa_shows_files(regclass, text, text[]);
drop function stoa_track_files();
drop trigger uploaded_files_gone on uploaded_files;
drop function stoa_file_gone();
drop function stoa_remove_bytes(text);
drop function stoa_leave_platform(text);
drop function stoa_enter_platform();
drop function stoa_files_in(jsonb, text[]);
drop table file_references;
drop index uploaded_files_establishment;
delete from uploaded_files where uploaded_by is null;
alter table uploaded_files alter uploaded_by set not null,
  drop constraint uploaded_files_uploaded_by_fkey,
  add constraint uploaded_files_uploaded_by_fkey
    foreign key (uploaded_by) references users on delete cascade;
