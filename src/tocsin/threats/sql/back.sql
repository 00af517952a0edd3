-- Write down which threats of scan nature the chunk brought back into sight; fold.sql marked them.
-- One that was claimed fixed before it was lost is claimed again: conflict.sql judges it.
WITH seen AS (
    UPDATE {partition} SET
        notice = CASE WHEN alerted_at IS NULL AND NOT coalesce(claimed_at >= opened_at, false)
                      THEN 1 ELSE 0 END,
        state = CASE WHEN claimed_at >= opened_at THEN 2 ELSE 1 END
    WHERE notice = 2 AND state = 1 AND last_report_id = %(report)s
    RETURNING key, organisation_id, state_since, state
)
INSERT INTO threat_change
    (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
SELECT %(kind)s, key, organisation_id, state_since, %(now)s, 7, state, 'in sight again'
FROM seen
