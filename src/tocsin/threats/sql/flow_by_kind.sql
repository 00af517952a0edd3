-- The same for each kind, over the whole span; those of which most came first.
SELECT k.name, sum(d.new)::bigint, sum(d.reopened)::bigint, sum(d.gone)::bigint
FROM daily_count d JOIN threat_kind k ON k.id = d.kind_id
WHERE d.organisation_id = %(organisation)s AND d.day BETWEEN %(first)s AND %(last)s
GROUP BY k.name
HAVING sum(d.new) + sum(d.reopened) + sum(d.gone) > 0
ORDER BY sum(d.new) + sum(d.reopened) DESC, k.name
LIMIT %(most)s
