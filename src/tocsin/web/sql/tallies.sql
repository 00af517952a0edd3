-- Threats by state: in all (grouping 3), by organisation (1), by kind (2).
SELECT grouping(t.organisation_id, k.name), t.organisation_id, k.name, t.state, count(*)
FROM threat t JOIN threat_kind k ON k.id = t.kind_id
WHERE %(organisation)s::bigint IS NULL OR t.organisation_id = %(organisation)s
GROUP BY GROUPING SETS ((t.state), (t.organisation_id, t.state), (k.name, t.state))
