-- Holders who could become organisations: not linked, and named by an entry of their own.
WITH unlinked AS (
    SELECT DISTINCT split_part(s.handles, ' ', 1) AS handle
    FROM staged s
    LEFT JOIN linked l ON l.handles = s.handles
    WHERE s.handles <> '' AND NOT s.routed AND l.organisation_id IS NULL
)
SELECT u.handle, max(h.name), max(coalesce(nullif(h.mailbox, ''), role.mailbox, ''))
FROM unlinked u
LEFT JOIN staged_holder h ON h.handle = u.handle AND h.name <> ''
LEFT JOIN staged_holder role ON role.handle = h.abuse_contact AND role.handle <> ''
WHERE (NOT %(named)s OR h.handle IS NOT NULL)
  AND (%(country)s = '' OR coalesce(h.country, '') IN ('', %(country)s))
GROUP BY u.handle ORDER BY u.handle
