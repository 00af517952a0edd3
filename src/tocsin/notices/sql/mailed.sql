-- Notes that somebody was mailed notices; what they read meanwhile stays read.
INSERT INTO notice_reader AS r (notice_id, person_id, organisation_id, mailed_at)
SELECT n.id, %(person)s, n.organisation_id, %(now)s
FROM notice n WHERE n.id = ANY(%(numbers)s::bigint[])
ON CONFLICT (person_id, notice_id) DO UPDATE SET mailed_at = excluded.mailed_at
