-- Write down what the chunk reopened; the partial index on reopened threats finds it.  A key that
-- is in two chunks of one report was reopened once.
WITH changed AS (
    INSERT INTO threat_change
        (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
    SELECT %(kind)s, key, organisation_id, state_since, %(now)s,
           CASE WHEN %(scan)s THEN 6 ELSE 7 END, 4, 'observed again'
    FROM {partition} t
    WHERE notice = 2 AND state = 4 AND last_report_id = %(report)s
      AND (SELECT true FROM threat_change c
           WHERE c.kind_id = %(kind)s AND c.key = t.key AND c.at = t.state_since AND c.to_state = 4
           LIMIT 1) IS NULL
    RETURNING organisation_id
)
SELECT coalesce(organisation_id, 0), count(*) FROM changed GROUP BY organisation_id
