-- What protect officers did that took place, by month; `value`: in which way.
INSERT INTO monthly_count (month, topic, value, measure, count, organisations)
SELECT date_trunc('month', day)::date, 'way', way, 'engagements', count(*),
       count(DISTINCT organisation_id)
FROM engagement
WHERE day BETWEEN %(first)s AND %(today)s AND cancelled_at IS NULL
GROUP BY 1, 3
