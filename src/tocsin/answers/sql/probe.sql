-- As find.sql, for few: the same indexes are asked for each id, kind by kind.
INSERT INTO answer_found
SELECT t.kind_id, t.key, t.state, g.row, g.statement, g.comment, g.since
FROM answer_given g JOIN threat t ON t.key = g.key
WHERE t.organisation_id = %(organisation)s AND t.state < 6
UNION ALL
SELECT t.kind_id, t.key, t.state, g.row, g.statement, g.comment, g.since
FROM answer_given g JOIN threat t ON t.key = g.key
WHERE t.organisation_id = %(organisation)s AND t.state > 5
