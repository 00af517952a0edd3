-- Removes a webhook with its deliveries and attempts; events stay for the others.
WITH attempts AS (
  DELETE FROM webhook_attempt a USING webhook_delivery d
  WHERE a.delivery_id = d.id AND d.webhook_id = %(webhook)s
), deliveries AS (
  DELETE FROM webhook_delivery WHERE webhook_id = %(webhook)s
)
DELETE FROM webhook WHERE id = %(webhook)s
