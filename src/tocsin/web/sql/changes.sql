-- What changed by day, for all of `{key}`.  Days lost are the threats' own: nothing counts them.
-- `state_since` of a lost threat is the start of the day after the one that decided it.
SELECT {key}, day, sum(observations), sum(new), sum(reopened), sum(gone), sum(lost) FROM (
    SELECT organisation_id, kind_id, day, observations, new, reopened, gone, 0 AS lost
    FROM daily_count WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT organisation_id, kind_id, (state_since AT TIME ZONE 'UTC')::date - 1, 0, 0, 0, 0, 1
    FROM threat
    WHERE %(lost)s AND state = 7 AND state_since > %(first)s::timestamptz
) changed
JOIN threat_kind k ON k.id = kind_id
WHERE day <= %(last)s
  AND (%(organisations)s::bigint[] IS NULL OR organisation_id = ANY(%(organisations)s))
GROUP BY {key}, day
