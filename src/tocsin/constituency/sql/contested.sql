-- Values of this file that are now manually more than one organisation's.
SELECT a.value, string_agg(DISTINCT o.name, ', ' ORDER BY o.name)
FROM asset a
JOIN organisation o ON o.id = a.organisation_id
WHERE a.registry = '' AND a.value IN (SELECT value FROM wanted)
  AND (a.valid_from IS NULL OR a.valid_from <= %(now)s)
  AND (a.valid_to IS NULL OR a.valid_to > %(now)s)
GROUP BY a.value HAVING count(DISTINCT a.organisation_id) > 1
ORDER BY a.value LIMIT %(limit)s
