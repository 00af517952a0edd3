-- Keeps an event for each organisation, and queues it for every webhook that is switched on and
-- wants it.  Events without a delivery can be replayed to webhooks that were switched off.
-- Until the caller commits, none of these webhooks can be removed: that would fail the commit.
WITH happened AS (
  INSERT INTO webhook_event (public_id, organisation_id, type, data, at)
  SELECT gen_random_uuid(), organisation_id, %(type)s, data::jsonb, %(now)s
  FROM unnest(%(organisations)s::bigint[], %(data)s::text[]) AS t (organisation_id, data)
  RETURNING id, organisation_id
), wanted AS (
  SELECT id, organisation_id FROM webhook WHERE enabled AND events ? %(type)s FOR KEY SHARE
), pairs AS (
  SELECT wanted.id AS webhook_id, happened.id AS event_id, organisation_id
  FROM happened JOIN wanted USING (organisation_id)
  UNION ALL
  SELECT wanted.id, happened.id, NULL
  FROM happened CROSS JOIN wanted WHERE wanted.organisation_id IS NULL
)
INSERT INTO webhook_delivery (webhook_id, event_id, organisation_id, state, attempts, first_at,
                              next_attempt_at, status, error, milliseconds)
SELECT webhook_id, event_id, organisation_id, 'queued', 0, %(now)s, %(now)s, 0, '', 0 FROM pairs
