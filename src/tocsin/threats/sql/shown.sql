-- A threat as its readers see it, in the order of the columns of an alert's CSV.
SELECT t.key AS threat_id,
       (%(states)s::text[])[t.state + 1] AS state,
       (%(severities)s::text[])[t.severity] AS severity,
       k.name AS kind, k.title, k.class, k.type,
       coalesce(abbrev(t.address), t.domain) AS affected,
       nullif(t.port, 0) AS port,
       nullif((%(protocols)s::text[])[t.protocol + 1], '') AS protocol,
       nullif(t.tag, '') AS tag,
       nullif(t.asn, 0) AS asn,
       t.first_seen, t.last_seen, t.times_seen, t.opened_at, t.state_since, t.recurrences,
       t.claimed_at, t.alerted_at, o.name AS organisation
FROM {threats} t
JOIN unnest(%(kinds)s::int[], %(kind_names)s::text[], %(titles)s::text[], %(classes)s::text[],
            %(types)s::text[]) AS k (id, name, title, class, type) ON k.id = t.kind_id
LEFT JOIN organisation o ON o.id = t.organisation_id
