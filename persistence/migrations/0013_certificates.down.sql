update enrollments set certificate_url = null
  where certificate_url = '/api/certificates/' || certificate_id || '/pdf';
update certificates set certificate_url = null
  where certificate_url = '/api/certificates/' || id || '/pdf';
drop table certificate_seals;
drop table signing_keys;
