-- For claims (id, form, value, organisation or 0): assets of others that are valid now and are the
-- same, hold the claimed one, or lie in it.  `relation`: same, around, within.
WITH claimed AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(forms)s::text[], %(values)s::text[])
        AS c (id, form, value)
), network AS MATERIALIZED (
    SELECT id, value::cidr AS value FROM claimed WHERE form = 'prefix'
), name AS MATERIALIZED (
    SELECT id, form, ltrim(value, '@') AS value FROM claimed
    WHERE form IN ('domain', 'email_domain')
), found AS (
    SELECT c.id, a.id AS asset, 'same' AS relation
    FROM claimed c JOIN asset a ON a.value = c.value
    UNION ALL
    SELECT n.id, a.id, CASE WHEN a.value::cidr >> n.value THEN 'around' ELSE 'within' END
    FROM asset a JOIN network n ON a.value::cidr && n.value AND a.value::cidr <> n.value
    WHERE a.form = 'prefix'
    UNION ALL
    SELECT n.id, a.id,
           CASE WHEN length(a.value) < length(n.value) THEN 'around' ELSE 'within' END
    FROM asset a JOIN name n ON n.form = a.form
      AND (right(ltrim(a.value, '@'), length(n.value) + 1) = '.' || n.value
           OR right(n.value, length(ltrim(a.value, '@')) + 1) = '.' || ltrim(a.value, '@'))
    WHERE a.form IN ('domain', 'email_domain')
)
SELECT f.id, f.relation, a.value, o.name, a.provenance, a.registry
FROM found f
JOIN asset a ON a.id = f.asset
JOIN organisation o ON o.id = a.organisation_id
WHERE a.organisation_id <> %(organisation)s
  AND (a.valid_from IS NULL OR a.valid_from <= %(now)s)
  AND (a.valid_to IS NULL OR a.valid_to > %(now)s)
ORDER BY f.id, f.relation, a.value, o.name
LIMIT %(limit)s
