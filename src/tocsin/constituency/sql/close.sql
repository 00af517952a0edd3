-- Entries that the register no longer has end now; they stay for what was before.
UPDATE asset a SET valid_to = greatest(%(now)s, a.valid_from)
WHERE a.registry = %(registry)s AND a.valid_to IS NULL AND NOT EXISTS (
    SELECT FROM wanted w
    WHERE w.value = a.value AND w.organisation_id = a.organisation_id
      AND (w.valid_to IS NULL OR w.valid_from IS NOT DISTINCT FROM a.valid_from)
)
