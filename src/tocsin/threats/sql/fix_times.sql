-- How long the threats stood that were observed gone since %(since)s, by organisation and month.
-- `state_since` of one that is gone is the start of the day after the scan that showed it.
WITH ended AS (
    SELECT t.organisation_id, (t.state_since AT TIME ZONE 'UTC')::date - 1 AS gone,
           (t.opened_at AT TIME ZONE 'UTC')::date AS opened
    FROM threat t
    WHERE t.kind_id = ANY(%(kinds)s::smallint[]) AND t.state = 6
      AND t.organisation_id IS NOT NULL
      AND t.state_since > %(since)s::timestamptz
), fixed AS (
    SELECT organisation_id, date_trunc('month', gone)::date AS month, count(*) AS threats,
           percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY gone - opened) AS quartile
    FROM ended GROUP BY 1, 2
)
INSERT INTO fix_time (organisation_id, month, threats, lower, middle, upper)
SELECT organisation_id, month, threats, quartile[1], quartile[2], quartile[3]
FROM fixed
ON CONFLICT (organisation_id, month) DO UPDATE SET
    threats = excluded.threats, lower = excluded.lower, middle = excluded.middle,
    upper = excluded.upper
