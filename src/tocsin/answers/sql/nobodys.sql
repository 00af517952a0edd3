-- Current threats without an organisation, by network: the %(most)s with most of them.  Those that
-- are not among them any more go.
WITH grouped AS MATERIALIZED (
    SELECT coalesce(tocsin_network(address), domain) AS value, kind_id, asn,
           bool_or(address IS NOT NULL) AS addressed, count(*) AS number,
           count(*) FILTER (WHERE severity >= 4) AS severe,
           min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM threat
    WHERE organisation_id IS NULL AND state < 6 AND state > 0
    GROUP BY 1, 2, 3
), summed AS (
    SELECT value, bool_or(addressed) AS addressed, sum(number) AS threats, sum(severe) AS severe,
           (array_agg(asn ORDER BY (asn > 0) DESC, number DESC, asn))[1] AS asn,
           to_jsonb(array_agg(DISTINCT kind_id)) AS kinds,
           min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM grouped WHERE value <> ''
    GROUP BY value ORDER BY sum(number) DESC, value LIMIT %(most)s
), gone AS (
    DELETE FROM nobodys_network WHERE value NOT IN (SELECT value FROM summed)
)
INSERT INTO nobodys_network (
    form, value, asn, threats, severe, kinds, first_seen, last_seen, beside, moved, denied,
    counted_at)
SELECT CASE WHEN addressed THEN 'prefix' WHEN left(value, 1) = '@' THEN 'email_domain'
            ELSE 'domain' END,
       value, asn, threats, severe, kinds, first_seen, last_seen, '[]', '[]', '[]', %(now)s
FROM summed ORDER BY value
ON CONFLICT (value) DO UPDATE SET
    asn = excluded.asn, threats = excluded.threats, severe = excluded.severe,
    kinds = excluded.kinds, first_seen = excluded.first_seen, last_seen = excluded.last_seen,
    beside = '[]', moved = '[]', denied = '[]', counted_at = excluded.counted_at
