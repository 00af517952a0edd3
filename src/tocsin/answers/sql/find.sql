-- The kinds of the organisation's threats that are named.  Each half reads an index that has the
-- organisation's threats only: of many they are read once, not each kind's once for every id.
INSERT INTO answer_found
SELECT t.kind_id, t.key FROM answer_given g JOIN threat t ON t.key = g.key
WHERE t.organisation_id = %(organisation)s AND t.state < 6
UNION ALL
SELECT t.kind_id, t.key FROM answer_given g JOIN threat t ON t.key = g.key
WHERE t.organisation_id = %(organisation)s AND t.state > 5
