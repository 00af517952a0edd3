-- Disputes that begin, with the feed that reported the threat; one that is open takes the latest
-- statement, also of whom the threat has been given to meanwhile.
INSERT INTO dispute (
    organisation_id, kind_id, key, statement, opened_at, feed, verdict, decided_by, reason)
SELECT %(organisation)s, d.kind_id, d.key, d.statement, %(now)s, coalesce(f.name, ''), '', '', ''
FROM answer_decided d
LEFT JOIN report r ON r.id = d.last_report_id
LEFT JOIN feed f ON f.id = r.feed_id
WHERE d.effect = 'disputed' AND NOT d.repeated
ON CONFLICT (kind_id, key) WHERE verdict = '' DO UPDATE SET
    statement = excluded.statement, organisation_id = excluded.organisation_id
