-- Disputes that wait for an analyst, the oldest first.
SELECT d.key, k.name AS kind, o.name AS organisation, d.statement, d.opened_at, d.feed,
       coalesce(abbrev(t.address), t.domain) AS affected, t.last_seen, a.comment
FROM dispute d
JOIN threat_kind k ON k.id = d.kind_id
JOIN organisation o ON o.id = d.organisation_id
JOIN threat t ON t.kind_id = d.kind_id AND t.key = d.key
LEFT JOIN LATERAL (
    SELECT comment FROM answer
    WHERE key = d.key AND organisation_id = d.organisation_id ORDER BY id DESC LIMIT 1) a ON true
WHERE d.verdict = ''
ORDER BY d.opened_at, d.id
LIMIT %(most)s
