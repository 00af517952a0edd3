-- Threats whose dismissal has ended: what was seen since then is open, and told as new; what was
-- not, nobody can tell.
WITH over AS (
    SELECT d.key, d.decided_at FROM dispute d
    WHERE d.kind_id = %(kind)s AND d.until <= %(now)s AND d.ended_at IS NULL
), held AS (
    SELECT t.key, t.last_seen > over.decided_at AS is_seen
    FROM over JOIN {partition} t USING (key)
    WHERE t.state = 0
    ORDER BY t.key
    FOR NO KEY UPDATE OF t
), ended AS (
    UPDATE {partition} t SET
        state = CASE WHEN held.is_seen THEN 1 ELSE 7 END,
        state_since = %(now)s,
        notice = CASE WHEN held.is_seen THEN 1 ELSE 0 END,
        alerted_at = NULL,
        reminders = 0
    FROM held
    WHERE t.key = held.key
    RETURNING t.key, t.organisation_id, t.state, t.last_day
), noted AS (
    INSERT INTO threat_change
        (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
    SELECT %(kind)s, key, organisation_id, %(now)s, %(now)s, 0, state,
           CASE state WHEN 1 THEN 'its dismissal has ended, and it was seen since'
                      ELSE 'its dismissal has ended' END
    FROM ended
), closed AS (
    UPDATE dispute SET ended_at = %(now)s FROM over
    WHERE dispute.kind_id = %(kind)s AND dispute.key = over.key AND dispute.until <= %(now)s
      AND dispute.ended_at IS NULL
)
SELECT count(*), min(last_day) FILTER (WHERE state = 1) FROM ended
