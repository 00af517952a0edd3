-- Every statement, word for word.
INSERT INTO answer (
    organisation_id, kind_id, key, statement, comment, since, at, via, name, person_id,
    delegation_id, alert_id, submission, effect)
SELECT %(organisation)s, kind_id, key, statement, comment, since, %(now)s, %(via)s, %(name)s,
       %(person)s, %(delegation)s, %(alert)s, %(submission)s, effect
FROM answer_decided
WHERE NOT repeated
ORDER BY kind_id, key
