INSERT INTO dispute (organisation_id, kind_id, key, statement, opened_at, feed, verdict, decided_by, reason)
SELECT organisation_id, kind_id, key, 'false-positive', state_since, 'bench', '', '', ''
FROM threat WHERE state = 5 AND organisation_id IS NOT NULL
