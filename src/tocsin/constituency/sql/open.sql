-- What is new.  In people's own lists and in a register's first import an entry is valid from when
-- it says, or always; later on, a value that the register had before changed hands now, and one
-- without a date is new now.
INSERT INTO asset (organisation_id, form, value, valid_from, valid_to, provenance, registry,
                   source, approved_by, created_at)
SELECT w.organisation_id, w.form, w.value,
       CASE WHEN %(as_stated)s OR w.valid_to IS NOT NULL THEN w.valid_from
            WHEN EXISTS (SELECT FROM asset b
                         WHERE b.registry = %(registry)s AND b.value = w.value) THEN %(now)s
            ELSE coalesce(w.valid_from, %(now)s) END,
       w.valid_to, %(provenance)s, %(registry)s, %(source)s, '', %(now)s
FROM wanted w
WHERE NOT EXISTS (
    SELECT FROM asset a
    WHERE a.registry = %(registry)s AND a.value = w.value
      AND a.organisation_id = w.organisation_id
      AND CASE WHEN %(registry)s <> '' AND w.valid_to IS NULL THEN a.valid_to IS NULL
               ELSE a.valid_from IS NOT DISTINCT FROM w.valid_from END
)
ON CONFLICT ON CONSTRAINT asset_once DO NOTHING
