drop function stoa_find_messages(text, text, text, integer);
