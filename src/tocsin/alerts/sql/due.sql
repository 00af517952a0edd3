-- What organisations are due to be told: {which} is news or reminders, {lock} locks the rows, in
-- key order as intake does.  The threats are found first and by themselves, so that the plan does
-- not depend on statistics, which lag behind a large import.
-- A mute is the organisation's wish, an inhibition the authority's; both hold a threat back until
-- they end.  An empty field of either stands for any.  TLP:RED never leaves by mail, and what is
-- for the organisation only goes to no delegation's contact.
WITH found AS MATERIALIZED (
    SELECT t.organisation_id, t.kind_id, t.key, t.address, t.domain, t.port, t.protocol, t.tag,
           t.asn, t.severity, t.first_seen, t.last_seen, t.times_seen, t.notice, t.last_report_id,
           t.claimed_at
    FROM threat t
    WHERE t.organisation_id = ANY(%(organisations)s::int[])
      AND t.state < 6 AND t.state IN (1, 3, 4) AND {which}
    ORDER BY t.kind_id, t.key
    LIMIT %(most)s::bigint
    {lock}
)
SELECT t.organisation_id, t.kind_id, t.key, abbrev(t.address), t.domain, t.port, t.protocol,
       t.tag, t.asn, t.severity, t.first_seen, t.last_seen, t.times_seen, t.notice,
       t.last_report_id, t.claimed_at,
       CASE WHEN t.notice = 4 THEN (
           SELECT d.reason FROM dispute d
           WHERE d.kind_id = t.kind_id AND d.key = t.key AND d.verdict = 'reject'
           ORDER BY d.decided_at DESC LIMIT 1) END,
       CASE WHEN r.tlp <> 'AMBER+STRICT' THEN {covering} END
FROM found t
JOIN unnest(%(organisations)s::int[], %(least)s::int[]) AS asked (organisation_id, least)
     ON asked.organisation_id = t.organisation_id AND asked.least <= t.severity
JOIN unnest(%(kinds)s::int[], %(names)s::text[], %(classes)s::text[])
     AS k (kind_id, name, class) ON k.kind_id = t.kind_id
JOIN report r ON r.id = t.last_report_id AND r.tlp <> 'RED'
JOIN feed f ON f.id = r.feed_id
WHERE NOT EXISTS (
    SELECT FROM mute m
    WHERE m.organisation_id = t.organisation_id
      AND (m.until IS NULL OR m.until > %(now)s)
      AND m.kind IN ('', k.name)
      AND m.rsit_class IN ('', k.class)
      AND m.severity IN ('', (%(severities)s::text[])[t.severity])
      AND m.feed IN ('', f.name)
      AND (m.prefix = '' OR t.address <<= NULLIF(m.prefix, '')::inet))
  AND NOT EXISTS (
    SELECT FROM inhibition i
    WHERE (i.organisation_id IS NULL OR i.organisation_id = t.organisation_id)
      AND (i.until IS NULL OR i.until > %(now)s)
      AND i.kind IN ('', k.name)
      AND i.feed IN ('', f.name)
      AND (i.prefix = '' OR t.address <<= NULLIF(i.prefix, '')::inet))
ORDER BY t.organisation_id, t.kind_id, t.key
