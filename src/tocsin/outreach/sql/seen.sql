-- Threats a day of each of these organisations by kind, in two times: `now`, up to the last day with
-- a healthy report, and `before`; of a short history the later half is now.  Organisation 0 says how
-- many days each time has.  A day counts for a kind if a healthy report of the kind came for it: one
-- that is missing would look as if there was less.
WITH known AS MATERIALIZED (
    SELECT DISTINCT kind, day FROM feed_day
    WHERE state = 'healthy' AND day BETWEEN %(earliest)s AND %(today)s
), ends AS (
    SELECT min(day) AS first, max(day) AS last FROM known
), span AS MATERIALIZED (
    SELECT first, last,
           last - least(%(recent)s, greatest(1, (last - first + 1) / 2)) + 1 AS split
    FROM ends WHERE last IS NOT NULL
), healthy AS MATERIALIZED (
    SELECT k.id AS kind_id, day
    FROM known JOIN threat_kind k ON k.name = known.kind CROSS JOIN span
    WHERE day >= split - %(before)s
), days AS MATERIALIZED (
    SELECT kind_id,
           count(*) FILTER (WHERE day >= split) AS days_now,
           count(*) FILTER (WHERE day < split) AS days_before
    FROM healthy, span GROUP BY kind_id
), counted AS MATERIALIZED (
    SELECT c.organisation_id, c.kind_id, c.day, c.threats
    FROM daily_count c
    WHERE c.organisation_id = ANY(%(organisations)s::bigint[])
      AND c.day BETWEEN %(earliest)s AND %(today)s
), sums AS (
    SELECT c.organisation_id, c.kind_id,
           sum(c.threats) FILTER (WHERE c.day >= split) AS threats_now,
           sum(c.threats) FILTER (WHERE c.day < split) AS threats_before
    FROM counted c JOIN healthy h ON h.kind_id = c.kind_id AND h.day = c.day
    CROSS JOIN span
    GROUP BY c.organisation_id, c.kind_id
)
SELECT 0, '', (last - split + 1)::float8, least(split - first, %(before)s)::float8 FROM span
UNION ALL
SELECT s.organisation_id, k.name,
       (CASE WHEN d.days_now > 0 THEN coalesce(s.threats_now, 0) / d.days_now END)::float8,
       (CASE WHEN d.days_before > 0 THEN coalesce(s.threats_before, 0) / d.days_before END)::float8
FROM sums s
JOIN days d ON d.kind_id = s.kind_id
JOIN threat_kind k ON k.id = s.kind_id
ORDER BY 1, 2
