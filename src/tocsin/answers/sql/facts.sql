jsonb_build_object(
    'state', t.state, 'state_since', t.state_since, 'claimed_at', t.claimed_at,
    'organisation_id', t.organisation_id, 'pinned', t.pinned, 'alerted_at', t.alerted_at,
    'reminders', t.reminders, 'notice', t.notice)
