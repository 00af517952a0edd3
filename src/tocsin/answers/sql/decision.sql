-- What an analyst decided of one threat, which is locked.
WITH decided AS (
    UPDATE {partition} t SET
        state = %(state)s,
        state_since = CASE %(state)s WHEN 4 THEN t.opened_at WHEN 1 THEN
            CASE WHEN %(verdict)s = 'reject' THEN t.opened_at ELSE %(now)s END ELSE %(now)s END,
        organisation_id = %(organisation)s,
        pinned = t.pinned OR %(verdict)s IN ('assign', 'nobody'),
        alerted_at = CASE WHEN %(verdict)s = 'reject' THEN t.alerted_at END,
        claimed_at = NULL,
        reminders = 0,
        notice = %(notice)s
    WHERE t.kind_id = %(kind)s AND t.key = %(key)s
    RETURNING t.key, t.organisation_id
)
INSERT INTO threat_change
    (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
SELECT %(kind)s, key, organisation_id, %(now)s, %(now)s, 5, %(state)s, %(cause)s FROM decided
