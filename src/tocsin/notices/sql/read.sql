-- Notes that somebody has read notices; those mailed before keep the time of their mail.
INSERT INTO notice_reader AS r (notice_id, person_id, organisation_id, read_at)
SELECT n.id, %(person)s, n.organisation_id, %(now)s
FROM notice n
WHERE (n.organisation_id = %(organisation)s::bigint
       OR %(organisation)s::bigint IS NULL AND n.organisation_id IS NULL)
  AND n.kind = ANY(%(kinds)s)
  AND (%(numbers)s::bigint[] IS NULL OR n.id = ANY(%(numbers)s::bigint[]))
ON CONFLICT (person_id, notice_id) DO UPDATE SET read_at = excluded.read_at
WHERE r.read_at IS NULL
