-- Give threats to the organisations found for them; arrays in parallel, organisation 0 is nobody.
-- A run of alerts may have told somebody in the meantime: then the threat stays where it is.
WITH found AS (
    SELECT t.key, nullif(f.organisation, 0) AS organisation_id
    FROM {partition} t
    JOIN unnest(%(key)s::uuid[], %(organisation)s::int[]) AS f (key, organisation) USING (key)
    WHERE t.state < 6 AND t.state > 0 AND NOT t.pinned
      AND (t.organisation_id IS NULL OR t.alerted_at IS NULL AND t.notice > 0)
      AND t.organisation_id IS DISTINCT FROM nullif(f.organisation, 0)
    ORDER BY t.key
    FOR UPDATE OF t
)
UPDATE {partition} t SET
    organisation_id = found.organisation_id, alerted_at = NULL, reminders = 0,
    notice = CASE t.notice WHEN 2 THEN 2 ELSE 1 END
FROM found
WHERE t.key = found.key
RETURNING coalesce(t.organisation_id, 0)
