-- Threats not in any report since the cutoff change to gone (6) or lost (7).  What was never told
-- need not be told any more.  A disputed one waits for the analyst's decision.
WITH closed AS (
    UPDATE {partition} SET
        state = %(state)s, state_since = (%(day)s::date + 1)::timestamptz, notice = 0
    WHERE state < 5 AND last_day < %(cutoff)s
    RETURNING key, organisation_id, state_since
), noted AS (
    INSERT INTO threat_change
        (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
    SELECT %(kind)s, key, organisation_id, state_since, %(now)s, 1, %(state)s, %(cause)s
    FROM closed
    ON CONFLICT DO NOTHING
), counted AS (
    INSERT INTO daily_count
        (organisation_id, kind_id, day, observations, threats, new, reopened, gone)
    SELECT organisation_id, %(kind)s, %(day)s, 0, 0, 0, 0, count(*)
    FROM closed WHERE %(state)s = 6 GROUP BY organisation_id
    ON CONFLICT (organisation_id, kind_id, day) DO UPDATE SET gone = daily_count.gone + excluded.gone
)
SELECT count(*) FROM closed
