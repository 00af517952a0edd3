-- Lock one kind's threats in key order, as intake and alerts do, and note how they are.  A threat
-- that has just become another organisation's is left out.  A delegation's contact answers for
-- what no more specific delegation covers.
INSERT INTO answer_held
SELECT f.row, %(kind)s, f.key, f.statement, f.comment, f.since, t.state,
       greatest(coalesce(f.since, %(now)s), t.opened_at), t.opened_at, t.last_seen,
       t.last_report_id, t.last_day, t.address, t.domain, t.asn
FROM answer_found f
JOIN {partition} t ON t.kind_id = %(kind)s AND t.key = f.key
WHERE f.kind_id = %(kind)s AND t.organisation_id = %(organisation)s
  AND (%(delegation)s::bigint IS NULL OR %(delegation)s = {covering})
ORDER BY t.key
FOR NO KEY UPDATE OF t
