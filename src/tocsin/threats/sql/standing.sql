-- Threats by organisation, kind and state in one pass, and for the last days what ended without being
-- counted on a day.  Rows that say the same as before are left alone.
WITH counted AS MATERIALIZED (
    SELECT organisation_id, kind_id, state,
           CASE WHEN state IN (0, 7) AND state_since > %(first)s::timestamptz
                THEN (state_since AT TIME ZONE 'UTC')::date - CASE state WHEN 7 THEN 1 ELSE 0 END
           END AS day,
           count(*) AS number
    FROM threat GROUP BY 1, 2, 3, 4
), every AS MATERIALIZED (
    SELECT false AS whole, * FROM counted
    UNION ALL
    SELECT true, NULL, kind_id, state, day, sum(number) FROM counted GROUP BY kind_id, state, day
), by_state AS (
    SELECT whole, organisation_id, jsonb_object_agg(state, number) AS states,
           sum(number) FILTER (WHERE state > 0 AND state < 6) AS current
    FROM (SELECT whole, organisation_id, state, sum(number) AS number FROM every GROUP BY 1, 2, 3) s
    GROUP BY 1, 2
), by_kind AS (
    SELECT whole, organisation_id, jsonb_object_agg(kind_id, states) AS kinds
    FROM (
        SELECT whole, organisation_id, kind_id, jsonb_object_agg(state, number) AS states
        FROM (
            SELECT whole, organisation_id, kind_id, state, sum(number) AS number
            FROM every GROUP BY 1, 2, 3, 4
        ) n GROUP BY 1, 2, 3
    ) k GROUP BY 1, 2
), by_end AS (
    SELECT whole, organisation_id, jsonb_object_agg(kind_id, days) AS ended
    FROM (
        SELECT whole, organisation_id, kind_id,
               jsonb_object_agg(day, jsonb_build_array(lost, dismissed)) AS days
        FROM (
            SELECT whole, organisation_id, kind_id, day,
                   coalesce(sum(number) FILTER (WHERE state = 7), 0) AS lost,
                   coalesce(sum(number) FILTER (WHERE state = 0), 0) AS dismissed
            FROM every WHERE day IS NOT NULL GROUP BY 1, 2, 3, 4
        ) d GROUP BY 1, 2, 3
    ) e GROUP BY 1, 2
), by_day AS (
    SELECT jsonb_object_agg(kind_id, days) AS days
    FROM (
        SELECT kind_id,
               jsonb_object_agg(day, jsonb_build_array(observations, new, reopened, gone)) AS days
        FROM (
            SELECT kind_id, day, sum(observations) AS observations, sum(new) AS new,
                   sum(reopened) AS reopened, sum(gone) AS gone
            FROM daily_count WHERE day >= %(first)s GROUP BY kind_id, day
        ) d GROUP BY kind_id
    ) k
), today AS (
    SELECT s.whole, s.organisation_id, coalesce(s.current, 0) AS current, s.states, k.kinds,
           coalesce(e.ended, '{}') AS ended,
           CASE WHEN s.whole THEN coalesce((SELECT days FROM by_day), '{}') ELSE '{}' END AS days
    FROM by_state s
    JOIN by_kind k ON k.whole = s.whole
        AND k.organisation_id IS NOT DISTINCT FROM s.organisation_id
    LEFT JOIN by_end e ON e.whole = s.whole
        AND e.organisation_id IS NOT DISTINCT FROM s.organisation_id
    UNION ALL
    SELECT false, o.id, 0, '{}', '{}', '{}', '{}' FROM organisation o
    WHERE NOT EXISTS (SELECT FROM by_state s WHERE s.organisation_id = o.id)
), empty AS (
    UPDATE standing s SET current = 0, states = '{}', kinds = '{}', ended = '{}', days = '{}'
    WHERE organisation_id IS NULL AND NOT EXISTS (
        SELECT FROM by_state b WHERE b.organisation_id IS NULL AND b.whole = s.whole)
)
INSERT INTO standing (organisation_id, whole, current, states, kinds, ended, days, counted_at)
SELECT organisation_id, whole, current, states, kinds, ended, days, %(now)s FROM today
ON CONFLICT (organisation_id, whole) DO UPDATE SET
    current = excluded.current, states = excluded.states, kinds = excluded.kinds,
    ended = excluded.ended, days = excluded.days, counted_at = excluded.counted_at
WHERE excluded.whole
   OR (standing.states, standing.kinds, standing.ended)
      IS DISTINCT FROM (excluded.states, excluded.kinds, excluded.ended)
