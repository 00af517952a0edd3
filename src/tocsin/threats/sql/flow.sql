-- What changed for one organisation in each day, week or month of a span.
SELECT date_trunc(%(step)s, d.day)::date, sum(d.new)::bigint, sum(d.reopened)::bigint,
       sum(d.gone)::bigint
FROM daily_count d
WHERE d.organisation_id = %(organisation)s AND d.day BETWEEN %(first)s AND %(last)s
GROUP BY 1
