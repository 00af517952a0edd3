-- Lock what is due before due.sql reads it, in a statement of its own: a statement that has waited
-- for intake sees the threat as it is now, but not the report that it was in since.
SELECT count(*) FROM (
    SELECT FROM threat t
    WHERE t.organisation_id = ANY(%(organisations)s::int[])
      AND t.state < 6 AND t.state IN (1, 3, 4) AND {which}
    ORDER BY t.kind_id, t.key
    FOR NO KEY UPDATE OF t
) held
