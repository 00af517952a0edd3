-- One page in the order of kinds and keys, as JSON.  Only so many threats are looked at, however few
-- of them fit the filters: then the page is short, and the next one goes on after the last that was
-- looked at.
WITH scanned AS MATERIALIZED ({scanned}),
found AS MATERIALIZED (
    SELECT t.* FROM scanned t WHERE {filters} ORDER BY kind_id, key LIMIT %(limit)s::int
),
shown AS ({shown})
SELECT coalesce((SELECT json_agg(s ORDER BY s.threat_id)::text FROM shown s), '[]'),
       (SELECT count(*) FROM found),
       (SELECT ARRAY[kind_id::text, key::text] FROM found ORDER BY kind_id DESC, key DESC LIMIT 1),
       (SELECT count(*) FROM scanned),
       (SELECT ARRAY[kind_id::text, key::text] FROM scanned ORDER BY kind_id DESC, key DESC LIMIT 1)
