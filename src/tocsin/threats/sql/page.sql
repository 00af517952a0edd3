-- One page in key order, as JSON.  Only so many threats are looked at, however few of them fit
-- the filters: then the page is short, and the next one goes on after the last that was looked at.
WITH scanned AS MATERIALIZED ({scanned}),
found AS MATERIALIZED (
    SELECT t.* FROM scanned t WHERE {filters} ORDER BY {order} LIMIT %(limit)s::int
),
shown AS ({shown})
SELECT coalesce((SELECT json_agg(s ORDER BY s.threat_id)::text FROM shown s), '[]'),
       (SELECT count(*) FROM found),
       (SELECT ARRAY[kind_id::text, key::text] FROM found ORDER BY {backwards} LIMIT 1),
       (SELECT count(*) FROM scanned),
       (SELECT ARRAY[kind_id::text, key::text] FROM scanned ORDER BY {backwards} LIMIT 1)
