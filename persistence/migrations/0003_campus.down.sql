drop table check_ins, event_attendees, events;
