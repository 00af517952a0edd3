-- By organisation: threats that stayed open through both reminders and are due no third mail.
SELECT t.organisation_id, count(*), min(t.opened_at)
FROM threat t
WHERE t.organisation_id = ANY(%(organisations)s::int[])
  AND t.reminders >= 2 AND t.reminders < 100 AND t.notice = 0 AND t.state IN (1, 3, 4)
  AND t.alerted_at <= CASE WHEN t.kind_id = ANY(%(compromised)s::int[])
                           THEN %(compromised_before)s::timestamptz
                           ELSE %(others_before)s::timestamptz END
GROUP BY t.organisation_id
