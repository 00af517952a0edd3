-- Current threats whose organisation may still change without anybody having been told: those of
-- nobody, and those that their organisation has not been told of.
SELECT key, coalesce(organisation_id, 0), inet_send(address), domain, asn,
       (extract(epoch FROM last_seen) * 1000000)::bigint
FROM {partition}
WHERE state < 6 AND state > 0 AND NOT pinned
  AND (organisation_id IS NULL OR alerted_at IS NULL AND notice > 0)
