-- Alerts and the threats told in them, by month; `value`: whether at once or in a digest.
INSERT INTO monthly_count (month, topic, value, measure, count, organisations)
SELECT month, 'alert', value, m.measure, sum(m.count), count(DISTINCT organisation_id)
FROM (
  SELECT date_trunc('month', composed_at AT TIME ZONE 'UTC')::date AS month,
         CASE WHEN immediate THEN 'immediate' ELSE 'digest' END AS value, organisation_id,
         new + reopened + reminders + conflicts + rejected AS told
  FROM alert
  WHERE composed_at >= %(first)s::date::timestamp AT TIME ZONE 'UTC'
) a
CROSS JOIN LATERAL (VALUES ('alerts', 1), ('told', told)) AS m (measure, count)
WHERE m.count > 0
GROUP BY month, value, m.measure
