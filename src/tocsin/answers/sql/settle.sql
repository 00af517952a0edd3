-- Disputes that an answer ends.
UPDATE dispute SET
    verdict = CASE d.effect WHEN 're-routed' THEN 'moved' ELSE 'withdrawn' END,
    decided_at = %(now)s
FROM answer_decided d
WHERE dispute.kind_id = d.kind_id AND dispute.key = d.key AND dispute.verdict = ''
  AND d.effect IN ('claimed', 'conflict', 're-routed') AND NOT d.repeated AND d.state = 5
