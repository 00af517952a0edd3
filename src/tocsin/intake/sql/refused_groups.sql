-- What was refused since a day, by feed and reason: rows of reports, and files refused whole.
SELECT f.name, reason.key, false, sum(reason.value::bigint), count(*), max(r.day)
FROM report r
JOIN feed f ON f.id = r.feed_id
CROSS JOIN LATERAL jsonb_each_text(r.reasons) AS reason (key, value)
WHERE r.refused > 0 AND r.day >= %(since)s
GROUP BY f.name, reason.key
UNION ALL
SELECT feed, reason, true, count(*), count(*), max((refused_at AT TIME ZONE 'UTC')::date)
FROM refused_row
WHERE report_id IS NULL
GROUP BY feed, reason
ORDER BY 4 DESC, 1, 2
