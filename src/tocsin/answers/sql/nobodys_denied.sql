-- Who said of threats that are nobody's now that they are not theirs.
WITH counted AS (
    SELECT coalesce(tocsin_network(t.address), t.domain) AS value, a.organisation_id,
           count(DISTINCT t.key) AS number
    FROM answer a
    JOIN threat t ON t.key = a.key AND t.kind_id = a.kind_id
    WHERE a.statement = 'not-ours' AND a.delegation_id IS NULL
      AND t.organisation_id IS NULL AND t.state < 6 AND t.state > 0
    GROUP BY 1, 2
), gathered AS (
    SELECT value,
           jsonb_agg(jsonb_build_array(organisation_id, number)
                     ORDER BY number DESC, organisation_id) AS pairs
    FROM counted GROUP BY value
)
UPDATE nobodys_network n SET denied = g.pairs FROM gathered g WHERE n.value = g.value
