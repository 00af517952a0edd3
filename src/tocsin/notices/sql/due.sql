-- Whoever is to be mailed: people with one of these rhythms for whom there is something that they
-- have neither read nor been mailed.
WITH told AS (
  SELECT role, kind FROM unnest(%(roles)s::text[], %(kinds)s::text[]) AS t (role, kind)
)
SELECT DISTINCT p.id
FROM notice n
JOIN told t ON t.kind = n.kind
JOIN person p ON p.role = t.role AND coalesce(p.organisation_id, 0) = coalesce(n.organisation_id, 0)
LEFT JOIN organisation o ON o.id = p.organisation_id
LEFT JOIN notice_wish w ON w.person_id = p.id
WHERE n.at > %(since)s AND n.at >= p.created_at
  AND p.is_active AND NOT coalesce(o.suspended, false)
  AND coalesce(w.mail, %(default)s) = ANY(%(rhythms)s)
  AND NOT EXISTS (
    SELECT FROM notice_reader r WHERE r.person_id = p.id AND r.notice_id = n.id
  )
ORDER BY 1
