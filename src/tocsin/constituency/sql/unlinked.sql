-- Holders of entries whom no organisation is linked to, those with most entries first.
WITH unlinked AS (
    SELECT split_part(s.handles, ' ', 1) AS handle, count(*) AS assets
    FROM staged s LEFT JOIN linked l ON l.handles = s.handles
    WHERE s.handles <> '' AND l.organisation_id IS NULL
    GROUP BY 1
)
SELECT u.handle, u.assets,
       (SELECT max(h.name) FROM staged_holder h WHERE h.handle = u.handle),
       count(*) OVER (), sum(u.assets) OVER ()
FROM unlinked u
ORDER BY u.assets DESC, u.handle LIMIT %(limit)s
