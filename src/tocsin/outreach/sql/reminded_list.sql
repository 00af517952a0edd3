-- One organisation's threats that stayed open through both reminders, the longest first.
SELECT json_agg(found ORDER BY found.alerted_at, found.key) FROM (
    SELECT t.key, k.name AS kind, coalesce(abbrev(t.address), t.domain) AS affected, t.severity,
           t.opened_at, t.alerted_at
    FROM threat t JOIN threat_kind k ON k.id = t.kind_id
    WHERE t.organisation_id = %(organisation)s::int
      AND t.reminders >= 2 AND t.reminders < 100 AND t.notice = 0 AND t.state IN (1, 3, 4)
      AND t.alerted_at <= %(compromised_before)s::timestamptz
      AND t.alerted_at <= CASE WHEN t.kind_id = ANY(%(compromised)s::int[])
                               THEN %(compromised_before)s::timestamptz
                               ELSE %(others_before)s::timestamptz END
    ORDER BY t.alerted_at, t.key
    LIMIT %(most)s::int
) found
