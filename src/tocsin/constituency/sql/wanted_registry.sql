-- What a register says of the organisations that we know.  A route yields to an entry for the same
-- prefix that says who holds it.
DROP TABLE IF EXISTS pg_temp.wanted;

CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
WITH held AS (
    SELECT s.form, s.value, coalesce(s.organisation_id, l.organisation_id) AS organisation_id,
           s.valid_from, s.valid_to, s.routed
    FROM staged s LEFT JOIN linked l ON l.handles = s.handles
    WHERE coalesce(s.organisation_id, l.organisation_id) IS NOT NULL
)
SELECT DISTINCT ON (value, organisation_id, valid_to)
       form, value, organisation_id, valid_from, valid_to
FROM held h
WHERE NOT routed OR NOT EXISTS (SELECT FROM held o WHERE o.value = h.value AND NOT o.routed)
ORDER BY value, organisation_id, valid_to, valid_from NULLS FIRST;

ANALYZE wanted;
