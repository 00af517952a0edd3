-- What each of these organisations was told and said: the first alert that nobody answered since,
-- how many there were since, what was contradicted or came back, and where help was asked for.
-- Plain words, which change no threat, are an answer as well.
SELECT o.id, told.first, told.alerts,
       (SELECT coalesce(sum(a.conflicts), 0) FROM alert a
        WHERE a.organisation_id = o.id AND a.composed_at > %(came_back_since)s),
       (SELECT coalesce(sum(c.reopened), 0) FROM daily_count c
        WHERE c.organisation_id = o.id AND c.day > %(came_back_day)s),
       (SELECT count(DISTINCT a.key) FROM answer a
        WHERE a.organisation_id = o.id AND a.at > %(since)s AND a.statement = 'need-help'),
       EXISTS (SELECT FROM contact c WHERE c.organisation_id = o.id)
       AND NOT EXISTS (
           SELECT FROM contact c WHERE c.organisation_id = o.id
           AND c.bounced_at IS NULL AND NOT c.pending)
FROM organisation o
CROSS JOIN LATERAL (
    SELECT greatest(
        (SELECT max(a.at) FROM answer a WHERE a.organisation_id = o.id),
        (SELECT max(c.at) FROM alert_comment c WHERE c.organisation_id = o.id),
        %(since)s) AS at
) last
CROSS JOIN LATERAL (
    SELECT min(a.composed_at) AS first, count(*) AS alerts
    FROM alert a WHERE a.organisation_id = o.id AND a.composed_at > last.at
) told
WHERE o.id = ANY(%(organisations)s::bigint[])
