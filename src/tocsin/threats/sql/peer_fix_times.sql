-- The spread of the medians of all organisations of one kind since %(since)s; those with too few
-- threats to have a median worth the name are left out.
WITH spread AS (
    SELECT o.kind, f.month, count(*) AS organisations,
           percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY f.middle) AS quartile
    FROM fix_time f JOIN organisation o ON o.id = f.organisation_id
    WHERE f.month >= %(since)s AND f.threats >= %(least)s
    GROUP BY 1, 2
)
INSERT INTO peer_fix_time (kind, month, organisations, lower, middle, upper)
SELECT kind, month, organisations, quartile[1], quartile[2], quartile[3]
FROM spread
ON CONFLICT (kind, month) DO UPDATE SET
    organisations = excluded.organisations, lower = excluded.lower, middle = excluded.middle,
    upper = excluded.upper
