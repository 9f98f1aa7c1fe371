drop trigger users_void_reset_links on users;
drop function stoa_void_reset_links();
drop function stoa_use_reset_link(text, text);
drop function stoa_offer_reset_link(text, text, text);
drop table reset_links;
drop function stoa_queue_letter(text, text, jsonb, boolean);
