-- What changed by day, for all of `{key}`.  Days lost or dismissed are the threats' own: nothing
-- counts them.  `state_since` of a lost threat is the start of the day after the one that decided it.
SELECT {key}, day, sum(observations), sum(new), sum(reopened), sum(gone), sum(lost), sum(dismissed)
FROM (
    SELECT organisation_id, kind_id, day, observations, new, reopened, gone, 0 AS lost,
           0 AS dismissed
    FROM daily_count WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT organisation_id, kind_id,
           (state_since AT TIME ZONE 'UTC')::date - CASE state WHEN 7 THEN 1 ELSE 0 END,
           0, 0, 0, 0, CASE state WHEN 7 THEN 1 ELSE 0 END, CASE state WHEN 0 THEN 1 ELSE 0 END
    FROM threat
    WHERE %(lost)s AND state IN (0, 7) AND state_since > %(first)s::timestamptz
) changed
JOIN threat_kind k ON k.id = kind_id
WHERE day <= %(last)s
  AND (%(organisations)s::bigint[] IS NULL OR organisation_id = ANY(%(organisations)s))
GROUP BY {key}, day
