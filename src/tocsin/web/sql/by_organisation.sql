SELECT organisation_id, day, sum(observations), sum(new), sum(reopened), sum(gone)
FROM daily_count
WHERE day BETWEEN %(first)s AND %(last)s AND organisation_id = ANY(%(numbers)s)
GROUP BY organisation_id, day
