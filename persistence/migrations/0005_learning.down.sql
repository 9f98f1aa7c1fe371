drop table quiz_attempts, quizzes, learning_resources, certificates, lesson_progress, enrollments,
  lessons, courses, training_participants, trainings;
drop function stoa_course_progress(text, text);
drop function stoa_leave_seat(text, text);
drop function stoa_take_seat(text, text, text, text);
