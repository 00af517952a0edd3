-- Kinds whose threats may have to change: days that no sweep took in, or none for %(days)s days
-- while their feeds went on.
SELECT d.kind
FROM feed_day d JOIN (SELECT feed_id, max(day) AS until FROM feed_day GROUP BY feed_id) f
    USING (feed_id)
GROUP BY d.kind
HAVING bool_or(NOT d.swept)
    OR max(f.until) - max(d.day) FILTER (WHERE d.state = 'healthy') > %(days)s
ORDER BY d.kind
