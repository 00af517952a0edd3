-- What was said of threats, by month.
INSERT INTO monthly_count (month, topic, value, measure, count, organisations)
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date, 'statement', statement, 'answers',
       count(*), count(DISTINCT organisation_id)
FROM answer
WHERE at >= %(first)s::date::timestamp AT TIME ZONE 'UTC'
GROUP BY 1, 3
