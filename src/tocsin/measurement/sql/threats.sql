-- New, reopened and gone threats by month, by kind, sector and region: one pass over the daily
-- counts.  `organisations`: how many had any of it.
WITH counted AS (
  SELECT date_trunc('month', c.day)::date AS month, k.name AS kind,
         coalesce(o.sector, '') AS sector, coalesce(o.region_id, '') AS region,
         c.organisation_id, m.measure, m.count
  FROM daily_count c
  JOIN threat_kind k ON k.id = c.kind_id
  LEFT JOIN organisation o ON o.id = c.organisation_id
  CROSS JOIN LATERAL (VALUES ('new', c.new), ('reopened', c.reopened), ('gone', c.gone))
    AS m (measure, count)
  WHERE c.day >= %(first)s AND m.count > 0
)
INSERT INTO monthly_count (month, topic, value, measure, count, organisations)
SELECT month,
       CASE grouping(kind, sector, region) WHEN 3 THEN 'kind' WHEN 5 THEN 'sector' ELSE 'region' END,
       coalesce(kind, sector, region), measure, sum(count), count(DISTINCT organisation_id)
FROM counted
GROUP BY GROUPING SETS ((month, measure, kind), (month, measure, sector), (month, measure, region))
