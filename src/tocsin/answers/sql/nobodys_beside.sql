-- Whose current threats were reported with the AS numbers of these networks: the first few of each.
WITH numbered AS (
    SELECT DISTINCT asn FROM nobodys_network WHERE asn > 0
), counted AS (
    SELECT asn, organisation_id, count(*) AS number
    FROM threat JOIN numbered USING (asn)
    WHERE organisation_id IS NOT NULL AND state < 6 AND state > 0
    GROUP BY asn, organisation_id
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY asn ORDER BY number DESC, organisation_id) AS place
    FROM counted
), gathered AS (
    SELECT asn,
           jsonb_agg(jsonb_build_array(organisation_id, number) ORDER BY place) AS pairs
    FROM ranked WHERE place <= %(first)s GROUP BY asn
)
UPDATE nobodys_network n SET beside = g.pairs FROM gathered g WHERE n.asn = g.asn
