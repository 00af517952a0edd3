-- The rest of the chunk are new threats; how many, by organisation.
-- Into the kind's own partition, after the update, because neither then has to look for conflicts
-- row by row: the kind's lock keeps every other writer of new keys out.
WITH made AS (
    INSERT INTO {partition} (
        kind_id, key, first_seen, last_seen, opened_at, state_since, asn, last_report_id,
        organisation_id, last_day, times_seen, port, protocol, state, notice, severity,
        address, domain, tag)
    SELECT %(kind)s, key, first_seen, last_seen, first_seen, first_seen, asn, %(report)s,
           nullif(organisation_id, 0), %(day)s, times_seen, port, protocol, 1, 1, severity,
           address, domain, tag
    FROM staging s
    WHERE NOT EXISTS (SELECT FROM {partition} t WHERE t.key = s.key)
    RETURNING organisation_id
)
SELECT coalesce(organisation_id, 0), count(*) FROM made GROUP BY organisation_id
