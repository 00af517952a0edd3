-- As find.sql, for few: each kind's index is asked for each id.
INSERT INTO answer_found
SELECT t.kind_id, t.key, t.state, g.row, g.statement, g.comment, g.since
FROM answer_given g JOIN threat t ON t.key = g.key
WHERE t.organisation_id = %(organisation)s
