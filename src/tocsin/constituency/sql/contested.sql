-- Values of this file that are now manually more than one organisation's.  Names are looked up
-- only for those few, since the file may have a million.
WITH contested AS MATERIALIZED (
    SELECT a.value
    FROM asset a
    JOIN (SELECT DISTINCT value FROM wanted) w ON w.value = a.value
    WHERE a.registry = ''
      AND (a.valid_from IS NULL OR a.valid_from <= %(now)s)
      AND (a.valid_to IS NULL OR a.valid_to > %(now)s)
    GROUP BY a.value HAVING min(a.organisation_id) <> max(a.organisation_id)
    ORDER BY a.value LIMIT %(limit)s
)
SELECT c.value, string_agg(DISTINCT o.name, ', ' ORDER BY o.name)
FROM contested c
JOIN asset a ON a.registry = '' AND a.value = c.value
  AND (a.valid_from IS NULL OR a.valid_from <= %(now)s)
  AND (a.valid_to IS NULL OR a.valid_to > %(now)s)
JOIN organisation o ON o.id = a.organisation_id
GROUP BY c.value ORDER BY c.value
