SELECT day, sum(observations), sum(new), sum(reopened), sum(gone)
FROM daily_count
WHERE day BETWEEN %(first)s AND %(last)s
  AND (%(organisation)s::bigint IS NULL OR organisation_id = %(organisation)s)
GROUP BY day
