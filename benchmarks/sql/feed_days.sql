-- The same days of the feed, nearly all of them healthy.
INSERT INTO feed_day (feed_id, kind, stream, day, rows, refused, usual, state, swept)
SELECT feed.id, k.name, '', %(now)s::date - ago, 1000, k.id %% 7, 1000,
       CASE WHEN (k.id + ago) %% 97 = 0 THEN 'short' ELSE 'healthy' END, true
FROM feed CROSS JOIN threat_kind k CROSS JOIN generate_series(0, 399) ago
WHERE feed.name = 'bench'
