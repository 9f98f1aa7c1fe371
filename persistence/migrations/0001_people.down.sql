drop table establishment_branding, customizable_pages, customizable_contents, menu_items, themes,
  user_permissions, sessions, users, establishments;
drop function stoa_guard(regclass, text);
