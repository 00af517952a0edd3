-- Fold a chunk of observations, already one row a key and in key order, into the threats.
-- A threat that was gone or lost and is in a later day's report than the one that closed it is
-- reopened; one in an earlier day's report (a file that came late) was never away: the closing is
-- withdrawn.  A lost threat of scan nature was only out of sight: it is simply open again.
-- Into the kind's own partition: through the table that is split, xmax cannot be read, and it is
-- the one sign of a new row before PostgreSQL 18.
-- A new responsible organisation has been told nothing yet.
WITH folded AS (
    INSERT INTO {partition} AS t (
        kind_id, key, first_seen, last_seen, opened_at, state_since, asn, last_report_id,
        organisation_id, last_day, times_seen, port, protocol, state, notice, severity,
        address, domain, tag)
    SELECT %(kind)s, key, first_seen, last_seen, first_seen, first_seen, asn, %(report)s,
           nullif(organisation_id, 0), %(day)s, times_seen, port, protocol, 1, 1, severity,
           address, domain, tag
    FROM staging
    ON CONFLICT (kind_id, key) DO UPDATE SET
        first_seen = least(t.first_seen, excluded.first_seen),
        last_seen = greatest(t.last_seen, excluded.last_seen),
        times_seen = t.times_seen + excluded.times_seen,
        last_report_id = CASE WHEN excluded.last_day >= t.last_day
            THEN excluded.last_report_id ELSE t.last_report_id END,
        last_day = greatest(t.last_day, excluded.last_day),
        asn = CASE WHEN excluded.last_day >= t.last_day THEN excluded.asn ELSE t.asn END,
        severity = CASE WHEN excluded.last_day >= t.last_day
            THEN excluded.severity ELSE t.severity END,
        organisation_id = CASE WHEN t.pinned OR excluded.last_day < t.last_day
            THEN t.organisation_id ELSE excluded.organisation_id END,
        state = CASE
            WHEN t.state < 6 OR excluded.last_day <= t.last_day THEN t.state
            WHEN excluded.last_day < t.state_since::date THEN 1
            WHEN t.state = 7 AND %(scan)s THEN 1
            ELSE 4 END,
        state_since = CASE
            WHEN t.state < 6 OR excluded.last_day <= t.last_day THEN t.state_since
            ELSE excluded.first_seen END,
        opened_at = CASE
            WHEN t.state >= 6 AND excluded.last_day > t.last_day
                AND excluded.last_day >= t.state_since::date AND NOT (t.state = 7 AND %(scan)s)
            THEN excluded.first_seen ELSE t.opened_at END,
        recurrences = t.recurrences + CASE
            WHEN t.state = 6 AND excluded.last_day > t.last_day
                AND excluded.last_day >= t.state_since::date
                AND excluded.last_day <= t.state_since::date + %(recurrence_days)s
            THEN 1 ELSE 0 END,
        reminders = CASE
            WHEN t.state >= 6 AND excluded.last_day > t.last_day
                AND excluded.last_day >= t.state_since::date THEN 0
            ELSE t.reminders END,
        alerted_at = CASE
            WHEN NOT t.pinned AND excluded.last_day >= t.last_day
                AND excluded.organisation_id IS DISTINCT FROM t.organisation_id THEN NULL
            ELSE t.alerted_at END,
        notice = CASE
            WHEN NOT t.pinned AND excluded.last_day >= t.last_day
                AND excluded.organisation_id IS DISTINCT FROM t.organisation_id THEN 1
            WHEN t.state >= 6 AND excluded.last_day > t.last_day
                AND excluded.last_day >= t.state_since::date AND NOT (t.state = 7 AND %(scan)s)
                AND t.notice = 0 THEN 2
            ELSE t.notice END
    RETURNING organisation_id, key, state, state_since, first_seen, xmax = 0 AS new,
              state = 4 AND last_report_id = %(report)s AS reopened
), reopened AS (
    INSERT INTO threat_change
        (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
    SELECT %(kind)s, key, organisation_id, state_since, %(now)s,
           CASE WHEN %(scan)s THEN 6 ELSE 7 END, 4, 'observed again'
    FROM folded WHERE reopened
    ON CONFLICT DO NOTHING
    RETURNING organisation_id
)
SELECT organisation_id, sum(new), sum(reopened) FROM (
    SELECT organisation_id, count(*) AS new, 0 AS reopened FROM folded WHERE new GROUP BY 1
    UNION ALL
    SELECT organisation_id, 0, count(*) FROM reopened GROUP BY 1
) counted GROUP BY organisation_id
