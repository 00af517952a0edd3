-- Threats not told yet that an inhibition would be about, by organisation and kind; an empty field
-- stands for any.  No more than %(most)s are looked at.
WITH found AS (
    SELECT t.organisation_id, t.kind_id
    FROM threat t
    WHERE t.notice > 0 AND t.state IN (1, 3, 4) AND t.organisation_id IS NOT NULL
      AND (%(organisation)s::int IS NULL OR t.organisation_id = %(organisation)s::int)
      AND (%(kind)s::int IS NULL OR t.kind_id = %(kind)s::int)
      AND (%(prefix)s::text IS NULL OR t.address <<= %(prefix)s::text::inet)
      AND (%(feed)s::text IS NULL OR EXISTS (
          SELECT FROM report r JOIN feed f ON f.id = r.feed_id
          WHERE r.id = t.last_report_id AND f.name = %(feed)s::text))
    LIMIT %(most)s
)
SELECT o.name, found.kind_id, count(*)
FROM found JOIN organisation o ON o.id = found.organisation_id
GROUP BY o.name, found.kind_id
ORDER BY count(*) DESC, o.name, found.kind_id
