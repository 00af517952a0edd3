-- Drops events from before a time, with their deliveries and attempts.
WITH old AS MATERIALIZED (
  SELECT id FROM webhook_event WHERE at < %(before)s
), attempts AS (
  DELETE FROM webhook_attempt a USING webhook_delivery d
  WHERE a.delivery_id = d.id AND d.event_id IN (SELECT id FROM old)
), deliveries AS (
  DELETE FROM webhook_delivery WHERE event_id IN (SELECT id FROM old)
)
DELETE FROM webhook_event WHERE id IN (SELECT id FROM old)
