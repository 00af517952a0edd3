-- Add one report's counts to the days; arrays in parallel, organisation 0 is nobody.
INSERT INTO daily_count
    (organisation_id, kind_id, day, observations, threats, new, reopened, gone)
SELECT nullif(organisation, 0), %(kind)s, day, observations, threats, new, reopened, 0
FROM unnest(%(organisation)s::bigint[], %(day)s::date[], %(observations)s::bigint[],
            %(threats)s::bigint[], %(new)s::bigint[], %(reopened)s::bigint[])
    AS counted (organisation, day, observations, threats, new, reopened)
ON CONFLICT (organisation_id, kind_id, day) DO UPDATE SET
    observations = daily_count.observations + excluded.observations,
    threats = daily_count.threats + excluded.threats,
    new = daily_count.new + excluded.new,
    reopened = daily_count.reopened + excluded.reopened
