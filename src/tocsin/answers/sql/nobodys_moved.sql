-- To whom people or answers gave threats of these networks.
WITH counted AS (
    SELECT coalesce(tocsin_network(address), domain) AS value, organisation_id,
           count(*) AS number
    FROM threat
    WHERE pinned AND organisation_id IS NOT NULL AND state < 6 AND state > 0
    GROUP BY 1, 2
), gathered AS (
    SELECT value,
           jsonb_agg(jsonb_build_array(organisation_id, number)
                     ORDER BY number DESC, organisation_id) AS pairs
    FROM counted GROUP BY value
)
UPDATE nobodys_network n SET moved = g.pairs FROM gathered g WHERE n.value = g.value
