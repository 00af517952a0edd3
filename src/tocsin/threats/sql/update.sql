-- Fold a chunk, one row a key, into the threats that are there already.
-- A threat that was gone or lost, and is in a later day's report than the one that closed it, is
-- reopened; one in an earlier day's report (a file that came late) was never away: the closing is
-- withdrawn.  A lost threat of scan nature was only out of sight: it is simply open again.
-- A new responsible organisation has been told nothing yet.
UPDATE {partition} t SET
    first_seen = least(t.first_seen, s.first_seen),
    last_seen = greatest(t.last_seen, s.last_seen),
    times_seen = t.times_seen + s.times_seen,
    last_day = greatest(t.last_day, %(day)s),
    last_report_id = CASE WHEN %(day)s >= t.last_day THEN %(report)s ELSE t.last_report_id END,
    asn = CASE WHEN %(day)s >= t.last_day THEN s.asn ELSE t.asn END,
    severity = CASE WHEN %(day)s >= t.last_day THEN s.severity ELSE t.severity END,
    organisation_id = CASE WHEN t.pinned OR %(day)s < t.last_day
        THEN t.organisation_id ELSE nullif(s.organisation_id, 0) END,
    state = CASE
        WHEN t.state < 6 OR %(day)s <= t.last_day THEN t.state
        WHEN %(day)s < t.state_since::date OR t.state = 7 AND %(scan)s THEN 1
        ELSE 4 END,
    state_since = CASE
        WHEN t.state < 6 OR %(day)s <= t.last_day THEN t.state_since
        ELSE s.first_seen END,
    opened_at = CASE
        WHEN t.state < 6 OR %(day)s <= t.last_day OR %(day)s < t.state_since::date
            OR t.state = 7 AND %(scan)s THEN t.opened_at
        ELSE s.first_seen END,
    recurrences = t.recurrences + CASE
        WHEN t.state = 6 AND %(day)s > t.last_day AND %(day)s >= t.state_since::date
            AND %(day)s <= t.state_since::date + %(recurrence_days)s THEN 1
        ELSE 0 END,
    reminders = CASE
        WHEN t.state < 6 OR %(day)s <= t.last_day OR %(day)s < t.state_since::date
            THEN t.reminders
        ELSE 0 END,
    alerted_at = CASE
        WHEN NOT t.pinned AND %(day)s >= t.last_day
            AND nullif(s.organisation_id, 0) IS DISTINCT FROM t.organisation_id THEN NULL
        ELSE t.alerted_at END,
    notice = CASE
        WHEN NOT t.pinned AND %(day)s >= t.last_day
            AND nullif(s.organisation_id, 0) IS DISTINCT FROM t.organisation_id THEN 1
        WHEN t.state < 6 OR %(day)s <= t.last_day OR %(day)s < t.state_since::date
            OR t.state = 7 AND %(scan)s THEN t.notice
        ELSE 2 END
FROM staging s
WHERE t.key = s.key
