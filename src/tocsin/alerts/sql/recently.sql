-- How many threats were new since a day, and to how many organisations.
SELECT sum(new + reopened), count(DISTINCT organisation_id) FILTER (WHERE new + reopened > 0)
FROM daily_count
WHERE organisation_id IS NOT NULL AND day > %(since)s
  AND (%(organisation)s::int IS NULL OR organisation_id = %(organisation)s::int)
  AND (%(kind)s::int IS NULL OR kind_id = %(kind)s::int)
