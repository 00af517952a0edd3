-- What changed, and why.  A re-routed threat's change is the new organisation's to read.
INSERT INTO threat_change
    (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
SELECT kind_id, key, coalesce(elsewhere, %(organisation)s),
       CASE effect WHEN 'claimed' THEN claimed_at WHEN 'conflict' THEN last_seen ELSE %(now)s END,
       %(now)s, state, after,
       CASE effect
           WHEN 'claimed' THEN 'said to be fixed'
           WHEN 'conflict' THEN 'said to be fixed, but seen after that'
           WHEN 're-routed' THEN 'the organisation before said that it is not theirs'
           ELSE 'said to be ' || CASE statement WHEN 'not-ours' THEN 'somebody else''s'
                                                ELSE 'no threat' END END
FROM answer_decided
WHERE NOT repeated AND (after <> state OR effect = 're-routed')
