-- Write down which threats of scan nature the chunk brought back into sight; fold.sql marked them.
WITH seen AS (
    UPDATE {partition} SET notice = CASE WHEN alerted_at IS NULL THEN 1 ELSE 0 END
    WHERE notice = 2 AND state = 1 AND last_report_id = %(report)s
    RETURNING key, organisation_id, state_since
)
INSERT INTO threat_change
    (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
SELECT %(kind)s, key, organisation_id, state_since, %(now)s, 7, 1, 'in sight again'
FROM seen
ON CONFLICT DO NOTHING
