-- The threats as they were before they were answered.
WITH forgotten AS (
    DELETE FROM answer RETURNING kind_id, key
), claims AS (
    DELETE FROM threat_change WHERE cause LIKE 'said to be%%'
)
UPDATE threat t SET state = 1, state_since = t.opened_at, claimed_at = NULL, reminders = 0
FROM (SELECT DISTINCT kind_id, key FROM forgotten) f
WHERE t.kind_id = f.kind_id AND t.key = f.key
