-- Claims that an observation contradicts, and claims whose threat is another organisation's now:
-- that one has claimed nothing.  %(seen)s: no threat was seen later, so that a claim made less
-- than the grace before it need not be looked at.  What an answer changed while this waited for a
-- row is looked at once more.  Gives the contradicted claims by organisation.
WITH contradicted AS (
    SELECT key, state AS from_state, 3 AS to_state FROM {partition}
    WHERE state = 2 AND notice = 0 AND claimed_at < %(seen)s - %(grace)s
      AND last_seen > claimed_at + %(grace)s
), moved AS (
    SELECT key, state AS from_state, 1 AS to_state FROM {partition}
    WHERE state IN (2, 3) AND notice = 1
), due AS (
    SELECT * FROM contradicted UNION ALL SELECT * FROM moved
), changed AS (
    UPDATE {partition} t SET
        state = due.to_state,
        state_since = t.last_seen,
        notice = CASE due.to_state WHEN 3 THEN 3 ELSE 1 END,
        claimed_at = CASE due.to_state WHEN 3 THEN t.claimed_at END,
        reminders = 0
    FROM due
    WHERE t.kind_id = %(kind)s AND t.key = due.key AND t.state = due.from_state
      AND CASE due.to_state WHEN 3 THEN t.last_seen > t.claimed_at + %(grace)s
                            ELSE t.notice = 1 END
    RETURNING t.key, t.organisation_id, t.last_seen, due.from_state, due.to_state
), recorded AS (
    INSERT INTO threat_change
        (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
    SELECT %(kind)s, key, organisation_id, last_seen, %(now)s, from_state, to_state,
           CASE to_state WHEN 3 THEN 'seen again after it was said to be fixed'
                         ELSE 'another organisation answers for it' END
    FROM changed
)
SELECT organisation_id, count(*)::int FROM changed
WHERE to_state = 3 AND organisation_id IS NOT NULL GROUP BY 1
