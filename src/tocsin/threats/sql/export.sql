-- Threats for export, in a fixed order; a condition narrows them.
SELECT k.name, t.key, o.name, host(t.address), masklen(t.address), family(t.address), t.domain,
       t.port, t.protocol, t.tag, t.asn, t.severity, t.first_seen, t.last_seen, t.times_seen,
       t.state, t.recurrences, coalesce(f.name, '')
FROM threat t
JOIN threat_kind k ON k.id = t.kind_id
LEFT JOIN organisation o ON o.id = t.organisation_id
LEFT JOIN report r ON r.id = t.last_report_id
LEFT JOIN feed f ON f.id = r.feed_id
WHERE {which}
ORDER BY k.name, t.key
