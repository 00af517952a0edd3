-- What asks for a look, from indexes alone and up to %(most)s of each.
SELECT {counts},
       (SELECT count(*) FROM (
           SELECT FROM threat t
           WHERE {whose} AND {told}
             AND t.alerted_at
                 <= greatest(%(urgent_before)s::timestamptz, %(told_before)s::timestamptz)
           LIMIT %(most)s::int) due),
       (SELECT count(*) FROM (
           SELECT FROM threat t
           WHERE {whose} AND t.state < 6 AND t.state > 0 LIMIT %(most)s::int) now)
