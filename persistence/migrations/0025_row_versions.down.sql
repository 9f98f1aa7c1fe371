drop function stoa_require_version(text, text, text, text[], text);
drop function stoa_row_version(text, text, text, text[]);
