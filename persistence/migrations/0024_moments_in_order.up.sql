-- An end before its start is a slip of the keyboard. The name of a rule ends with `_in_order` and begins
-- with its table; in between stands the column that a complaint names. Rows that break one already
-- are left alone until they are changed.
alter table trainings add constraint trainings_end_date_in_order
  check (end_date >= start_date) not valid;
alter table certificates add constraint certificates_expires_at_in_order
  check (expires_at > issued_at) not valid;
alter table study_groups add constraint study_groups_end_date_in_order
  check (end_date >= scheduled_date) not valid;
