SELECT k.name, day, sum(observations), sum(new), sum(reopened), sum(gone)
FROM daily_count d JOIN threat_kind k ON k.id = d.kind_id
WHERE day BETWEEN %(first)s AND %(last)s
  AND (%(organisation)s::bigint IS NULL OR organisation_id = %(organisation)s)
GROUP BY k.name, day
