-- One threat by its id alone: its kind, and so its partition, is not known, so each is asked for
-- the one key, whether it is there or not.
WITH found AS MATERIALIZED (
    SELECT t.*
    FROM threat_kind k
    CROSS JOIN LATERAL (
        SELECT * FROM threat WHERE kind_id = k.id::smallint AND key = %(key)s::uuid OFFSET 0
    ) t
    WHERE {whose}
),
shown AS ({shown})
SELECT (SELECT row_to_json(s)::text FROM shown s), f.kind_id, f.last_report_id,
       row_to_json(f)::text
FROM found f
