-- How the answers leave one kind's threats: as long as they are so, nothing else has happened.
UPDATE answer_before b SET stands = {facts}
FROM {partition} t
WHERE b.organisation_id = %(organisation)s AND b.submission = %(submission)s
  AND b.kind_id = %(kind)s AND b.was IS NOT NULL AND t.kind_id = %(kind)s AND t.key = b.key
