-- Queues events for one webhook (again): a new round of attempts under the same webhook-id.  What
-- is being sent at this moment is left alone.
INSERT INTO webhook_delivery AS d (webhook_id, event_id, organisation_id, state, attempts, first_at,
                                   next_attempt_at, status, error, milliseconds)
SELECT w.id, e.id, w.organisation_id, 'queued', 0, %(now)s, %(now)s, 0, '', 0
FROM webhook w
JOIN webhook_event e ON w.organisation_id IS NULL OR e.organisation_id = w.organisation_id
WHERE w.id = %(webhook)s
  AND (e.public_id = %(event)s::uuid OR %(event)s::uuid IS NULL AND e.at >= %(since)s)
  AND (w.events ? e.type
       OR EXISTS (SELECT FROM webhook_delivery had
                  WHERE had.webhook_id = w.id AND had.event_id = e.id
                    AND %(event)s::uuid IS NOT NULL))
ON CONFLICT (webhook_id, event_id) DO UPDATE SET
  state = 'queued', attempts = 0, first_at = excluded.first_at,
  next_attempt_at = excluded.next_attempt_at, delivered_at = NULL, error = ''
WHERE d.state <> 'sending'
