-- Organisations that were never released and have had threats, by name.  What they have had is
-- read from the counts of days, which are few, and not from the threats.
SELECT o.id, o.name, coalesce(r.name, ''), (
           SELECT c.email FROM contact c
           WHERE c.organisation_id = o.id AND c.bounced_at IS NULL AND NOT c.pending
           ORDER BY c.id LIMIT 1),
       counted.new, counted.since
FROM organisation o
LEFT JOIN region r ON r.code = o.region_id
CROSS JOIN LATERAL (
    SELECT sum(d.new)::bigint AS new, min(d.day) AS since
    FROM daily_count d WHERE d.organisation_id = o.id) counted
WHERE o.released_at IS NULL AND NOT o.suspended AND o.name > %(after)s
  AND counted.new > 0
ORDER BY o.name
LIMIT %(most)s
