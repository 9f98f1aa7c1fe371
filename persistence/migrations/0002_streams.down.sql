drop table jobs, notification_counters, notifications, whiteboards, study_groups,
  message_reactions, messages, room_members, rooms, stream_events;
drop function stoa_notify(text, text, text, text, text, text, jsonb);
drop text search configuration stoa_search;
