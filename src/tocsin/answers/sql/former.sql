-- Of what is not the organisation's: threats on which it has made a statement before, which is
-- how it knows them.  What it says now is kept, and does nothing.
INSERT INTO answer_decided (row, kind_id, key, statement, comment, since, effect, repeated)
SELECT g.row, l.kind_id, g.key, g.statement, g.comment, g.since, 'none',
       (l.statement, l.comment) = (g.statement, g.comment)
           AND l.since IS NOT DISTINCT FROM g.since
FROM answer_given g
CROSS JOIN LATERAL (
    SELECT a.kind_id, a.statement, a.comment, a.since FROM answer a
    WHERE a.key = g.key AND a.organisation_id = %(organisation)s
    ORDER BY a.id DESC LIMIT 1
) l
WHERE NOT EXISTS (SELECT FROM answer_held h WHERE h.key = g.key)
