-- What each answer does, by the rules in the arrays.  In a statement of its own, so that it sees
-- what was answered while this submission waited for its locks.  The same words as last time, in
-- the same spell, are a repetition where they would leave everything as it is.
WITH rule AS (
    SELECT * FROM unnest(%(states)s::int[], %(statements)s::text[], %(contradicted)s::bool[],
                         %(elsewhere)s::bool[], %(effects)s::text[], %(afters)s::int[])
        AS r (state, statement, contradicted, elsewhere, effect, after)
)
INSERT INTO answer_decided
SELECT h.row, h.kind_id, h.key, h.statement, h.comment, h.since, h.state, r.after, r.effect,
       coalesce(r.after = h.state AND r.effect <> 're-routed'
                AND (l.at >= h.opened_at OR h.state NOT BETWEEN 1 AND 5)
                AND (l.statement, l.comment) = (h.statement, h.comment)
                AND l.since IS NOT DISTINCT FROM h.since, false),
       h.claimed_at, h.last_seen, h.last_report_id, h.last_day, h.place, h.elsewhere
FROM answer_held h
JOIN rule r ON r.state = h.state AND r.statement = h.statement
    AND r.contradicted = (h.last_seen > h.claimed_at + %(grace)s)
    AND r.elsewhere = (h.elsewhere IS NOT NULL)
LEFT JOIN LATERAL (
    SELECT a.statement, a.comment, a.since, a.at FROM answer a
    WHERE a.key = h.key AND a.organisation_id = %(organisation)s
    ORDER BY a.id DESC LIMIT 1
) l ON true
