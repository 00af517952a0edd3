-- The latest answer on each of some threats that was not taken back.
SELECT DISTINCT ON (a.key) a.key, a.statement, a.comment, a.since, a.at, a.name
FROM answer a
WHERE a.key = ANY(%(keys)s::uuid[]) AND a.statement <> %(taken_back)s
  AND (%(organisation)s::int IS NULL OR a.organisation_id = %(organisation)s)
  AND NOT EXISTS (
    SELECT FROM answer b
    WHERE b.key = a.key AND b.organisation_id = a.organisation_id AND b.id > a.id
      AND b.submission = a.submission AND b.statement = %(taken_back)s)
ORDER BY a.key, a.id DESC
