-- The mailbox that registers gave, of the narrowest imported entry that holds the network, or of
-- the AS number; the other of the two is empty.
SELECT c.email
FROM asset a
JOIN contact c ON c.organisation_id = a.organisation_id
WHERE a.registry <> '' AND a.valid_to IS NULL
  AND c.provenance = 'registry' AND c.purpose = 'abuse' AND c.bounced_at IS NULL
  AND CASE WHEN a.form = 'prefix' THEN a.value::cidr >>= nullif(%(network)s, '')::cidr
           ELSE a.form = 'asn' AND a.value = %(asn)s END
ORDER BY CASE WHEN a.form = 'prefix' THEN masklen(a.value::cidr) ELSE 0 END DESC, c.id
LIMIT 1
