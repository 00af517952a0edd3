-- Fold a chunk, one row a key, into the threats that are there already.
-- A threat that was gone or lost, and is in a later day's report than the one that closed it, is
-- reopened; one in an earlier day's report (a file that came late) was never away: the next sweep
-- withdraws the closing.  A lost threat of scan nature was only out of sight: it is simply open
-- again, and its notice is 2 until back.sql has written that down.
-- The latest observation decides who is responsible, and a new responsible organisation has been
-- told nothing yet, and has claimed nothing.
-- The rest of the chunk are new threats; the statement says how many, by organisation.  They go
-- into the kind's own partition, after the update, because neither then has to look for conflicts
-- row by row: the kind's lock keeps every other writer of new keys out.
WITH known AS (
    UPDATE {partition} t SET
        first_seen = least(t.first_seen, s.first_seen),
        last_seen = greatest(t.last_seen, s.last_seen),
        times_seen = t.times_seen + s.times_seen,
        last_day = greatest(t.last_day, %(day)s),
        last_report_id = CASE WHEN %(day)s >= t.last_day THEN %(report)s ELSE t.last_report_id END,
        asn = CASE WHEN s.last_seen >= t.last_seen THEN s.asn ELSE t.asn END,
        severity = CASE WHEN s.last_seen >= t.last_seen THEN s.severity ELSE t.severity END,
        organisation_id = CASE WHEN t.pinned OR s.last_seen < t.last_seen
            THEN t.organisation_id ELSE nullif(s.organisation_id, 0) END,
        state = CASE
            WHEN t.state < 6 OR %(day)s <= t.last_day OR %(day)s < t.state_since::date THEN t.state
            WHEN t.state = 7 AND %(scan)s THEN 1
            ELSE 4 END,
        state_since = CASE
            WHEN t.state < 6 OR %(day)s <= t.last_day OR %(day)s < t.state_since::date
                THEN t.state_since
            ELSE greatest(s.first_seen, t.state_since) END,
        opened_at = CASE
            WHEN t.state < 6 OR %(day)s <= t.last_day OR %(day)s < t.state_since::date
                OR t.state = 7 AND %(scan)s
                THEN CASE WHEN t.opened_at = t.first_seen
                    THEN least(t.opened_at, s.first_seen) ELSE t.opened_at END
            ELSE greatest(s.first_seen, t.state_since) END,
        recurrences = t.recurrences + CASE
            WHEN t.state = 6 AND %(day)s > t.last_day AND %(day)s >= t.state_since::date
                AND %(day)s <= t.state_since::date + %(recurrence_days)s THEN 1
            ELSE 0 END,
        reminders = CASE
            WHEN t.state < 6 OR %(day)s <= t.last_day OR %(day)s < t.state_since::date
                THEN t.reminders
            ELSE 0 END,
        alerted_at = CASE
            WHEN NOT t.pinned AND s.last_seen >= t.last_seen
                AND nullif(s.organisation_id, 0) IS DISTINCT FROM t.organisation_id THEN NULL
            ELSE t.alerted_at END,
        claimed_at = CASE
            WHEN NOT t.pinned AND s.last_seen >= t.last_seen
                AND nullif(s.organisation_id, 0) IS DISTINCT FROM t.organisation_id THEN NULL
            ELSE t.claimed_at END,
        notice = CASE
            WHEN t.state > 5 AND %(day)s > t.last_day AND %(day)s >= t.state_since::date THEN 2
            WHEN NOT t.pinned AND s.last_seen >= t.last_seen
                AND nullif(s.organisation_id, 0) IS DISTINCT FROM t.organisation_id THEN 1
            ELSE t.notice END
    FROM staging s
    WHERE t.key = s.key
    RETURNING s.key
), made AS (
    INSERT INTO {partition} (
        kind_id, key, first_seen, last_seen, opened_at, state_since, asn, last_report_id,
        organisation_id, last_day, times_seen, port, protocol, state, notice, severity,
        address, domain, tag)
    SELECT %(kind)s, key, first_seen, last_seen, first_seen, first_seen, asn, %(report)s,
           nullif(organisation_id, 0), %(day)s, times_seen, port, protocol, 1, 1, severity,
           address, domain, tag
    FROM staging s
    WHERE NOT EXISTS (SELECT FROM known k WHERE k.key = s.key)
    RETURNING organisation_id
)
SELECT coalesce(organisation_id, 0), count(*) FROM made GROUP BY organisation_id
