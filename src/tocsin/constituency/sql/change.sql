-- A known entry gets the end that the file now gives it; only people's own lists take one away.
UPDATE asset a SET valid_to = w.valid_to
FROM wanted w
WHERE a.registry = %(registry)s AND a.value = w.value AND a.organisation_id = w.organisation_id
  AND a.valid_from IS NOT DISTINCT FROM w.valid_from
  AND a.valid_to IS DISTINCT FROM w.valid_to
  AND (w.valid_to IS NOT NULL OR %(registry)s = '')
