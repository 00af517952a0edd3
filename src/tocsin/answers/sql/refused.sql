-- By threat: the organisations that have said that it is not theirs, and have not taken it back.
SELECT a.key, array_agg(DISTINCT a.organisation_id)
FROM answer a
WHERE a.key = ANY(%(keys)s::uuid[]) AND a.statement = 'not-ours' AND a.delegation_id IS NULL
  AND NOT EXISTS (
    SELECT FROM answer b
    WHERE b.key = a.key AND b.organisation_id = a.organisation_id AND b.id > a.id
      AND b.submission = a.submission AND b.statement = %(taken_back)s)
GROUP BY a.key
