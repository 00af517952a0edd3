-- What analysts confirmed to be no threat, for the source of the feed.  Whose it was and what they
-- said is not its business.
SELECT d.feed, k.name, t.key, host(t.address), masklen(t.address), t.domain, t.port, t.protocol,
       t.tag, t.asn, t.first_seen, t.last_seen, t.times_seen, d.decided_at, d.until
FROM dispute d
JOIN threat_kind k ON k.id = d.kind_id
JOIN threat t ON t.kind_id = d.kind_id AND t.key = d.key
WHERE d.verdict = 'confirm' AND (%(feed)s = '' OR d.feed = %(feed)s)
ORDER BY d.feed, k.name, d.decided_at, d.id
