(SELECT d.id FROM delegation d
 WHERE d.organisation_id = t.organisation_id AND d.valid_from <= %(now)s
   AND (d.valid_to IS NULL OR %(now)s < d.valid_to)
   AND CASE d.form
       WHEN 'prefix' THEN t.address <<= nullif(d.value, '')::inet
       WHEN 'domain' THEN t.domain = d.value OR t.domain LIKE '%%.' || d.value
            AND t.domain NOT LIKE '@%%'
       ELSE t.domain = d.value OR t.domain LIKE '@%%.' || substr(d.value, 2) END
 ORDER BY CASE d.form WHEN 'prefix' THEN masklen(d.value::inet) ELSE length(d.value) END DESC, d.id
 LIMIT 1)
