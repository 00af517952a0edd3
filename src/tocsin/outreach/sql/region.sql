-- One day's threats by region and kind.  Organisations without a region are in none.
INSERT INTO region_count (region_id, kind_id, day, threats)
SELECT o.region_id, c.kind_id, c.day, sum(c.threats)
FROM daily_count c JOIN organisation o ON o.id = c.organisation_id
WHERE c.day = %(day)s AND o.region_id IS NOT NULL
GROUP BY o.region_id, c.kind_id, c.day
HAVING sum(c.threats) > 0
ON CONFLICT (region_id, kind_id, day) DO UPDATE SET threats = excluded.threats
