-- 400 days of counts, day after day as they came, of the organisations and kinds with most threats.
INSERT INTO daily_count
    (organisation_id, kind_id, day, observations, threats, new, reopened, gone)
SELECT held.organisation_id, held.kind_id, %(now)s::date - ago, held.threats, held.threats,
       held.threats / 100, held.threats / 300, held.threats / 100
FROM generate_series(399, 0, -1) ago CROSS JOIN (
    SELECT organisation_id, kind_id, count(*) AS threats FROM threat WHERE state < 6
    GROUP BY organisation_id, kind_id
    ORDER BY count(*) DESC LIMIT %(pairs)s
) held
ORDER BY ago DESC
