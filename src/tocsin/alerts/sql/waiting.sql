-- Organisations that have something to be told, and how much, whatever their wishes are.
-- Threats that are over (6, 7) wait in case they come back; disputed (5) and claimed (2) ones too.
WITH waiting AS (
    SELECT organisation_id, count(*) AS threats
    FROM threat
    WHERE notice > 0 AND state IN (1, 3, 4) AND organisation_id IS NOT NULL
    GROUP BY organisation_id
    UNION ALL
    SELECT organisation_id, count(*)
    FROM threat
    WHERE notice = 0 AND state IN (1, 3, 4) AND organisation_id IS NOT NULL
      AND reminders < %(most_reminders)s
      AND alerted_at <= CASE WHEN kind_id = ANY(%(compromised)s::int[])
                             THEN %(compromised_before)s ELSE %(others_before)s END
    GROUP BY organisation_id
)
SELECT o.id, o.name, o.released_at, o.suspended, sum(w.threats)::bigint,
       EXISTS (  -- as `recipients.usable`
           SELECT FROM contact c WHERE c.organisation_id = o.id AND c.bounced_at IS NULL
           AND NOT c.pending
           AND (c.openpgp_certificate || c.smime_certificate <> '' OR NOT EXISTS (
               SELECT FROM contact k WHERE k.organisation_id = o.id AND NOT k.pending
               AND k.openpgp_certificate || k.smime_certificate <> '')))
FROM waiting w
JOIN organisation o ON o.id = w.organisation_id
GROUP BY o.id
ORDER BY o.name
