-- The kinds of the organisation's threats that are named.  Either half of its threats is read once
-- through an index that has nothing else, not each kind's once for every id; and by itself, so that
-- the plan does not depend on statistics, which lag behind a large import.
WITH own AS MATERIALIZED (
    SELECT kind_id, key, state FROM threat
    WHERE organisation_id = %(organisation)s AND state < 6
    UNION ALL
    SELECT kind_id, key, state FROM threat
    WHERE organisation_id = %(organisation)s AND state > 5
)
INSERT INTO answer_found
SELECT own.kind_id, own.key, own.state, g.row, g.statement, g.comment, g.since
FROM answer_given g JOIN own USING (key)
