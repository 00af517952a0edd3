-- What the answers do to one kind's threats: hold.sql has locked them, so that they are
-- the organisation's and stay at their place.
UPDATE {partition} t SET
    state = d.after,
    state_since = CASE
        WHEN d.effect = 'claimed' THEN d.claimed_at
        WHEN d.effect = 'conflict' THEN d.last_seen
        WHEN d.after <> d.state OR d.effect = 're-routed' THEN %(now)s
        ELSE t.state_since END,
    claimed_at = CASE
        WHEN d.effect IN ('claimed', 'conflict', 'remembered') THEN d.claimed_at
        WHEN d.effect IN ('disputed', 're-routed') THEN NULL
        ELSE t.claimed_at END,
    organisation_id = coalesce(d.elsewhere, t.organisation_id),
    pinned = t.pinned OR d.effect = 're-routed',
    alerted_at = CASE WHEN d.effect = 're-routed' THEN NULL ELSE t.alerted_at END,
    reminders = CASE d.effect
        WHEN 're-routed' THEN 0
        WHEN 'conflict' THEN 0
        WHEN 'quiet' THEN %(no_more_reminders)s
        ELSE t.reminders END,
    notice = CASE d.effect
        WHEN 're-routed' THEN 1
        WHEN 'conflict' THEN 3
        WHEN 'claimed' THEN 0
        WHEN 'disputed' THEN 0
        WHEN 'quiet' THEN 0
        ELSE t.notice END
FROM answer_decided d
WHERE d.kind_id = %(kind)s AND t.ctid = d.place AND t.key = d.key
  AND NOT d.repeated AND d.effect <> 'none'
