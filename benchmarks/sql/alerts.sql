-- A year's weekly alerts of every organisation, sent to its contact; one in a hundred failed.
WITH told AS (
    INSERT INTO alert (organisation_id, ticket, composed_at, tlp, language, new, reopened,
                       reminders, conflicts, rejected, content, csv, immediate)
    SELECT o.id, 'B' || o.id || '-' || week, %(now)s::timestamptz - make_interval(weeks => week),
           'AMBER', 'en', o.id %% 50, 1, 2, 0, 0, '', '', false
    FROM organisation o CROSS JOIN generate_series(0, %(weeks)s - 1) week
    RETURNING id, organisation_id, composed_at
)
INSERT INTO delivery (alert_id, organisation_id, channel, recipient, message_id, state, reason,
                      number, attempts, uncertainties, sent_at)
SELECT id, organisation_id, 'mail', 'abuse@operator' || organisation_id || '.example',
       '<' || id || '@bench.example>', CASE WHEN id %% 100 = 0 THEN 'failed' ELSE 'sent' END, '',
       1, 1, 0, composed_at
FROM told
