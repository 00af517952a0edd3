-- Lock one kind's threats of a submission in key order, by their primary key, as hold.sql does.
SELECT count(*) FROM (
    SELECT t.key FROM (
        SELECT key FROM answer_before
        WHERE organisation_id = %(organisation)s AND submission = %(submission)s
          AND kind_id = %(kind)s
        ORDER BY key
    ) b
    CROSS JOIN LATERAL (
        SELECT key FROM {partition}
        WHERE kind_id = %(kind)s AND key = b.key FOR NO KEY UPDATE
    ) t
) held
