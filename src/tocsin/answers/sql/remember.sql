-- How one kind's threats are before the answers: what takes an answer back puts this again.  Of an
-- answer that changes nothing only that it was given; one on a disputed threat cannot be taken
-- back, because the dispute's own words are gone with it.
INSERT INTO answer_before (organisation_id, submission, kind_id, key, at, was)
SELECT %(organisation)s, %(submission)s, d.kind_id, d.key, %(now)s,
       CASE WHEN d.effect <> 'none' THEN {facts} END
FROM answer_decided d JOIN {partition} t ON t.ctid = d.place AND t.key = d.key
WHERE d.kind_id = %(kind)s AND NOT d.repeated AND (d.state <> 5 OR d.effect = 'none')
