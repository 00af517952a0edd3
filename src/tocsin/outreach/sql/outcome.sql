-- Threats a day in two times, of one organisation and of its whole region, by kind: the kinds that
-- the organisation had in either.  Only days with a healthy report of the kind count.
WITH healthy AS MATERIALIZED (
    SELECT DISTINCT k.id AS kind_id, d.day
    FROM feed_day d JOIN threat_kind k ON k.name = d.kind
    WHERE d.state = 'healthy' AND d.day BETWEEN %(first)s AND %(last)s AND d.day <> %(day)s
), days AS (
    SELECT kind_id, count(*) FILTER (WHERE day < %(day)s) AS before,
           count(*) FILTER (WHERE day > %(day)s) AS after
    FROM healthy GROUP BY kind_id
), own AS (
    SELECT c.kind_id, coalesce(sum(c.threats) FILTER (WHERE c.day < %(day)s), 0) AS before,
           coalesce(sum(c.threats) FILTER (WHERE c.day > %(day)s), 0) AS after
    FROM daily_count c JOIN healthy h ON h.kind_id = c.kind_id AND h.day = c.day
    WHERE c.organisation_id = %(organisation)s
    GROUP BY c.kind_id
), whole AS (
    SELECT c.kind_id, coalesce(sum(c.threats) FILTER (WHERE c.day < %(day)s), 0) AS before,
           coalesce(sum(c.threats) FILTER (WHERE c.day > %(day)s), 0) AS after
    FROM region_count c JOIN healthy h ON h.kind_id = c.kind_id AND h.day = c.day
    WHERE c.region_id = %(region)s
    GROUP BY c.kind_id
)
SELECT k.name, d.before, d.after, own.before::float8, own.after::float8,
       greatest(coalesce(whole.before, 0) - own.before, 0)::float8,
       greatest(coalesce(whole.after, 0) - own.after, 0)::float8
FROM own
JOIN days d ON d.kind_id = own.kind_id
JOIN threat_kind k ON k.id = own.kind_id
LEFT JOIN whole ON whole.kind_id = own.kind_id
ORDER BY k.name
