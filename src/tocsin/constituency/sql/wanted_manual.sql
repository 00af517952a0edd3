-- What people entered; of two rows for the same beginning the later one counts.
DROP TABLE IF EXISTS pg_temp.wanted;

CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
SELECT DISTINCT ON (value, organisation_id, valid_from)
       form, value, organisation_id, valid_from, valid_to
FROM staged
ORDER BY value, organisation_id, valid_from, line DESC;

ANALYZE wanted;
