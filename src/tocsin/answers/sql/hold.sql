-- Lock one kind's threats in key order, as intake and alerts do, and note how they are.  A threat
-- that has just become another organisation's is left out.  A delegation's contact answers for
-- what no more specific delegation covers.  Each row is looked up by its primary key, whatever the
-- statistics say, which lag behind a large import.
INSERT INTO answer_held
SELECT f.row, %(kind)s, f.key, f.statement, f.comment, f.since, t.state,
       greatest(coalesce(f.since, %(now)s), t.opened_at), t.opened_at, t.last_seen,
       t.last_report_id, t.last_day, t.address, t.domain, t.asn, t.place
FROM (SELECT * FROM answer_found WHERE kind_id = %(kind)s ORDER BY key) f
CROSS JOIN LATERAL (
    SELECT t.*, t.ctid AS place FROM {partition} t
    WHERE t.kind_id = %(kind)s AND t.key = f.key AND t.organisation_id = %(organisation)s
      AND (%(delegation)s::bigint IS NULL OR %(delegation)s = {covering})
    FOR NO KEY UPDATE OF t
) t
