-- The threats that a page looks at: kind after kind, each in the order of its keys.
SELECT t.*
FROM unnest(%(walk)s::smallint[]) WITH ORDINALITY w (kind, place)
CROSS JOIN LATERAL ({threats}) t
ORDER BY w.place, t.key
LIMIT %(scan)s::int
