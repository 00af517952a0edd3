-- Current threats change to gone (6) or lost (7), by the day of the latest report that they were
-- in: arrays in parallel, a place for each ending.  What was never told need not be told any more.
-- A disputed one waits for the analyst's decision, a dismissed one (0) for the end of its time.
WITH ending AS (
    SELECT * FROM unnest(%(first)s::date[], %(until)s::date[], %(day)s::date[],
                         %(state)s::smallint[]) AS e (first, until, day, state)
), due AS (
    SELECT t.key, t.state AS from_state, e.day, e.state
    FROM {partition} t JOIN ending e ON t.last_day >= e.first AND t.last_day < e.until
    WHERE t.state BETWEEN 1 AND 4
    ORDER BY t.key
    FOR UPDATE OF t
), closed AS (
    UPDATE {partition} t SET
        state = due.state, state_since = (due.day + 1)::timestamptz, notice = 0
    FROM due
    WHERE t.key = due.key
    RETURNING t.key, t.organisation_id, t.state_since, due.from_state, due.state, due.day
), noted AS (
    INSERT INTO threat_change
        (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
    SELECT %(kind)s, key, organisation_id, state_since, %(now)s, from_state, state,
           CASE state WHEN 6 THEN 'not in the last healthy scans' ELSE %(lost)s END
    FROM closed
), counted AS (
    INSERT INTO daily_count
        (organisation_id, kind_id, day, observations, threats, new, reopened, gone)
    SELECT organisation_id, %(kind)s, day, 0, 0, 0, 0, count(*)
    FROM closed WHERE state = 6 GROUP BY organisation_id, day
    ON CONFLICT (organisation_id, kind_id, day) DO UPDATE SET gone = daily_count.gone + excluded.gone
)
SELECT count(*) FROM closed
