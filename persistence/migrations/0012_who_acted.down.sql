create or replace function stoa_use_reset_link(used_hash text, new_password text)
  returns table (ended text) language plpgsql as $$
declare
  person text;
begin
  delete from reset_links where token_hash = used_hash and expires_at > now()
    returning user_id into person;
  if person is null then
    return;
  end if;
  update users set password = new_password, updated_at = now() where id = person and is_active;
  if not found then
    return;
  end if;
  return query values (null::text);
  return query delete from sessions where user_id = person returning token_hash;
end $$;

create or replace function stoa_seat_the_waiting() returns trigger language plpgsql as $$
declare
  given integer;
begin
  if not new.is_active or new.start_date <= now() then
    return null;
  end if;
  with first as (
    select w.* from training_waiting w join users u on u.id = w.user_id and u.is_active
    where w.training_id = new.id order by w.place
    limit new.max_participants - new.current_participants),  -- null: all of them
  gone as (
    delete from training_waiting w using first f where w.id = f.id),
  seated as (
    insert into training_participants (id, training_id, user_id, establishment_id)
    select id, training_id, user_id, establishment_id from first
    on conflict (training_id, user_id) do update set status = 'registered', registered_at = now(),
      completion_date = null, score = null, feedback = null
    returning user_id),
  told as (
    insert into jobs (establishment_id, kind, payload)
    select new.establishment_id, 'mail', jsonb_build_object('to', u.mail_address,
      'subject', 'IntraSphere - Une place s''est libérée',
      'text', format(E'Bonjour,\n\nUne place s''est libérée : vous êtes maintenant inscrit à la'
                     ' formation « %s ».\n', new.title))
    from seated s join users u on u.id = s.user_id where u.mail_address is not null)
  select count(*) into given from seated;
  if given > 0 then
    update trainings set current_participants = current_participants + given where id = new.id;
  end if;
  return null;
end $$;

-- Writes an entry about the row that changed. Arguments: the action, the kind of the subject, the
-- column of its id, and the columns told always and told when they changed ('*': all of them).
-- Who acts is what the transaction says in stoa.actor and stoa.address, at any place in it, since
-- this runs at its end.
create or replace function stoa_audited() returns trigger language plpgsql as $$
declare
  was jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  becomes jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  subject jsonb := was || becomes;
  who text := coalesce(nullif(current_setting('stoa.actor', true), ''), subject ->> 'deleted_by');
  told jsonb;
begin
  if tg_argv[0] = 'view.created' and who is null then
    return null;  -- the usual pages come by themselves
  end if;
  select coalesce(jsonb_object_agg(each.key, stoa_audit_value(each.value)), '{}') into told
    from jsonb_each(subject) each where each.key = any(string_to_array(tg_argv[3], ' '));
  if tg_op = 'UPDATE' and tg_argv[4] <> '' then
    select told || coalesce(jsonb_object_agg(each.key, jsonb_build_object(
        'from', stoa_audit_value(was -> each.key), 'to', stoa_audit_value(each.value))), '{}')
      into told from jsonb_each(becomes) each
      where each.value is distinct from was -> each.key and each.key <> 'updated_at'
      and (tg_argv[4] = '*' or each.key = any(string_to_array(tg_argv[4], ' ')));
    if told = '{}' then
      return null;  -- saved again as it was
    end if;
  end if;
  insert into audit_entries
      (establishment_id, actor_id, action, subject_kind, subject_id, details, address)
    values (
      coalesce(case when tg_table_name = 'establishments' then subject ->> 'id' end,
               subject ->> 'establishment_id', '*'),
      who, tg_argv[0], tg_argv[1], subject ->> tg_argv[2], told,
      nullif(current_setting('stoa.address', true), ''));
  return null;
end $$;
