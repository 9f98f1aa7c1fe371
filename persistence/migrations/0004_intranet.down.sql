drop function stoa_plain(text);
drop extension pg_trgm;
drop function stoa_usual_pages(text);
drop table page_views, intranet_settings, complaints, letters, content_categories, contents,
  documents, announcements, user_settings;
drop index users_by_email, users_email, users_employee_number, users_sign_in_name;
-- Whoever has no address gets one that nobody can receive mail at.
update users set email = id || '@invalid' where email = '';
create unique index users_email on users (lower(email));
alter table users
  drop column mail_address,
  drop column display_name,
  drop column employee_category_id,
  drop column employee_number,
  drop column signs_in_by_name;
drop table employee_categories;
