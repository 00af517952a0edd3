-- Take back what was decided from %(since)s on and is no longer so: a report that came late showed
-- the threat, or showed that a day was not healthy.  The threat is again what it was before, and
-- what its organisation had not been told yet is to be told.  What was claimed fixed in this
-- spell is claimed, also where the claim came when it seemed to be over; what another organisation
-- claimed, which it was given to in the meantime, is not.  What was dismissed and never seen again
-- was not lost by these days.  Endings as in close.sql.
WITH ending AS (
    SELECT * FROM unnest(%(first)s::date[], %(until)s::date[], %(day)s::date[],
                         %(state)s::smallint[]) AS e (first, until, day, state)
), wrong AS (
    SELECT t.key, t.state, t.state_since, t.alerted_at, t.organisation_id,
           coalesce(t.claimed_at >= t.opened_at, false) AS is_claimed,
           coalesce(t.last_seen > t.claimed_at + %(grace)s, false) AS is_contradicted
    FROM {partition} t LEFT JOIN ending e ON t.last_day >= e.first AND t.last_day < e.until
    WHERE t.state > 5 AND t.state_since > %(since)s::date::timestamptz
      AND (e.state IS NULL
           OR (e.state, (e.day + 1)::timestamptz) IS DISTINCT FROM (t.state, t.state_since))
    ORDER BY t.key
    FOR UPDATE OF t
), before AS (
    SELECT w.key, w.state, w.state_since, w.alerted_at,
           CASE WHEN w.is_claimed AND (coalesce(c.from_state, 1) <> 3 OR NOT w.is_contradicted)
                    THEN 2
                WHEN c.from_state IN (2, 3) AND c.organisation_id IS DISTINCT FROM w.organisation_id
                    THEN 1
                ELSE coalesce(c.from_state, 1) END AS to_state,
           c.organisation_id AS counted_for
    FROM wrong w LEFT JOIN LATERAL (
        SELECT l.from_state, l.organisation_id FROM threat_change l
        WHERE l.kind_id = %(kind)s AND l.key = w.key AND l.at = w.state_since
          AND l.to_state = w.state
        ORDER BY l.id DESC LIMIT 1) c ON true
    WHERE c.from_state IS DISTINCT FROM 0
), untold AS (
    SELECT b.*, n.at AS changed_at, n.recorded_at > coalesce(b.alerted_at, '-infinity') AS is_news
    FROM before b LEFT JOIN LATERAL (
        SELECT r.at, r.recorded_at FROM threat_change r
        WHERE r.kind_id = %(kind)s AND r.key = b.key AND r.to_state = b.to_state
          AND b.to_state IN (3, 4)
        ORDER BY r.recorded_at DESC LIMIT 1) n ON true
), withdrawn AS (
    UPDATE {partition} t SET
        state = b.to_state,
        state_since = CASE b.to_state
            WHEN 2 THEN coalesce(t.claimed_at, t.opened_at)
            WHEN 3 THEN coalesce(b.changed_at, t.opened_at)
            ELSE t.opened_at END,
        notice = CASE
            WHEN b.to_state = 2 THEN 0
            WHEN b.is_news THEN CASE b.to_state WHEN 3 THEN 3 ELSE 2 END
            WHEN b.to_state = 3 THEN 0
            WHEN t.alerted_at IS NULL THEN 1
            ELSE 0 END
    FROM untold b
    WHERE t.key = b.key
    RETURNING t.key, t.organisation_id, b.state AS from_state, b.to_state, b.state_since AS at,
              b.counted_for
), noted AS (
    INSERT INTO threat_change
        (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
    SELECT %(kind)s, key, organisation_id, at, %(now)s, from_state, to_state,
           'a report that came late'
    FROM withdrawn
), uncounted AS (
    UPDATE daily_count d SET gone = d.gone - w.number
    FROM (SELECT counted_for, (at::date - 1) AS day, count(*) AS number
          FROM withdrawn WHERE from_state = 6 GROUP BY 1, 2) w
    WHERE d.kind_id = %(kind)s AND d.day = w.day
      AND d.organisation_id IS NOT DISTINCT FROM w.counted_for
)
SELECT count(*) FROM withdrawn
