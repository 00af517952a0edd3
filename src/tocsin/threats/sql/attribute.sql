-- Give threats to the organisations found for them; arrays in parallel, organisation 0 is nobody.
-- A run of alerts may have told somebody in the meantime: then the threat stays where it is.  What
-- was in conflict with a claim of the organisation before is open.
WITH found AS (
    SELECT t.key, t.state AS from_state, nullif(f.organisation, 0) AS organisation_id
    FROM {partition} t
    JOIN unnest(%(key)s::uuid[], %(organisation)s::int[]) AS f (key, organisation) USING (key)
    WHERE t.state < 6 AND t.state > 0 AND NOT t.pinned
      AND (t.organisation_id IS NULL OR t.alerted_at IS NULL AND t.notice > 0)
      AND t.organisation_id IS DISTINCT FROM nullif(f.organisation, 0)
    ORDER BY t.key
    FOR UPDATE OF t
), moved AS (
    UPDATE {partition} t SET
        organisation_id = found.organisation_id, alerted_at = NULL, reminders = 0,
        claimed_at = NULL,
        state = CASE t.state WHEN 3 THEN 1 ELSE t.state END,
        state_since = CASE t.state WHEN 3 THEN t.last_seen ELSE t.state_since END,
        notice = CASE t.notice WHEN 2 THEN 2 ELSE 1 END
    FROM found
    WHERE t.key = found.key
    RETURNING t.key, t.organisation_id, t.last_seen, found.from_state
), noted AS (
    INSERT INTO threat_change
        (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
    SELECT %(kind)s, key, organisation_id, last_seen, %(now)s, from_state, 1,
           'another organisation answers for it'
    FROM moved WHERE from_state = 3
)
SELECT coalesce(organisation_id, 0) FROM moved
