-- As find.sql, for few: the same indexes are asked for each id, kind by kind.  OFFSET 0 keeps the
-- planner from reading all of the organisation's threats where it has no statistics yet.
INSERT INTO answer_found
SELECT own.kind_id, g.key, own.state, g.row, g.statement, g.comment, g.since
FROM answer_given g
CROSS JOIN LATERAL (
    SELECT t.kind_id, t.state FROM threat t
    WHERE t.organisation_id = %(organisation)s AND t.state < 6 AND t.key = g.key
    UNION ALL
    SELECT t.kind_id, t.state FROM threat t
    WHERE t.organisation_id = %(organisation)s AND t.state > 5 AND t.key = g.key
    OFFSET 0
) own
