-- Webhooks with something to be sent now, the one that waited longest first.
SELECT w.id
FROM webhook w LEFT JOIN organisation o ON o.id = w.organisation_id
WHERE w.enabled AND NOT coalesce(o.suspended, false)
  AND (w.resting_until IS NULL OR w.resting_until <= %(now)s)
  AND NOT w.id = ANY(%(had_their_turn)s)
  AND EXISTS (SELECT FROM webhook_delivery d
              WHERE d.webhook_id = w.id AND d.state IN ('queued', 'sending')
                AND d.next_attempt_at <= %(now)s)
ORDER BY w.tried_at NULLS FIRST, w.id
LIMIT %(most)s
