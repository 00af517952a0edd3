-- Which of an organisation's current threats a mute would hold, by kind: how many of the first
-- %(each)s that were looked at, and how severe the worst of them is.
SELECT coalesce(json_agg(json_build_array(kind, held, worst, looked)), '[]')::text
FROM (
    SELECT w.kind, count(*) FILTER (WHERE t.is_held) AS held,
           max(t.severity) FILTER (WHERE t.is_held) AS worst, count(*) AS looked
    FROM unnest(%(walk)s::smallint[]) AS w (kind)
    CROSS JOIN LATERAL (
        SELECT t.severity,
               (%(severity)s::int = 0 OR t.severity = %(severity)s::int)
               AND coalesce(t.address <<= %(prefix)s::inet, %(prefix)s::inet IS NULL)
               AND (%(reports)s::bigint[] IS NULL
                    OR t.last_report_id IN (SELECT unnest(%(reports)s::bigint[]))) AS is_held
        FROM threat t
        WHERE {which} AND t.kind_id = w.kind AND t.state < 6 AND t.state > 0
        ORDER BY t.key
        LIMIT %(each)s::int
    ) t
    GROUP BY w.kind
) looked
WHERE held > 0
