-- Put one kind's threats back as they were before a submission, where nothing has happened since:
-- the threat is as the answer left it, and nobody has said anything later.  hold_again.sql has
-- locked them.  Both the answer and its taking back are kept.
WITH fit AS MATERIALIZED (
    SELECT b.id, b.key, b.was, t.state AS from_state, t.last_day, t.ctid AS place,
           coalesce((b.was ->> 'state')::smallint, t.state) AS to_state,
           t.organisation_id AS from_organisation
    FROM answer_before b
    JOIN {partition} t ON t.kind_id = %(kind)s AND t.key = b.key
    CROSS JOIN LATERAL (
        SELECT a.submission, a.statement FROM answer a WHERE a.key = b.key
        ORDER BY a.id DESC LIMIT 1
    ) latest
    WHERE b.organisation_id = %(organisation)s AND b.submission = %(submission)s
      AND b.kind_id = %(kind)s
      AND latest.submission = b.submission AND latest.statement <> %(statement)s
      AND CASE WHEN b.was IS NULL THEN t.organisation_id = %(organisation)s
               ELSE b.stands = {facts} END
), restored AS (
    UPDATE {partition} t SET
        state = fit.to_state,
        state_since = (fit.was ->> 'state_since')::timestamptz,
        claimed_at = (fit.was ->> 'claimed_at')::timestamptz,
        organisation_id = (fit.was ->> 'organisation_id')::integer,
        pinned = (fit.was ->> 'pinned')::boolean,
        alerted_at = (fit.was ->> 'alerted_at')::timestamptz,
        reminders = (fit.was ->> 'reminders')::smallint,
        notice = (fit.was ->> 'notice')::smallint
    FROM fit
    WHERE t.ctid = fit.place AND t.key = fit.key AND fit.was IS NOT NULL
), noted AS (
    INSERT INTO threat_change
        (kind_id, key, organisation_id, at, recorded_at, from_state, to_state, cause)
    SELECT %(kind)s, key, %(organisation)s, %(now)s, %(now)s, from_state, to_state, %(cause)s
    FROM fit
    WHERE from_state <> to_state OR from_organisation <> %(organisation)s
), withdrawn AS (
    UPDATE dispute SET verdict = 'withdrawn', decided_at = %(now)s
    FROM fit
    WHERE dispute.kind_id = %(kind)s AND dispute.key = fit.key AND dispute.verdict = ''
      AND fit.from_state = 5 AND fit.to_state <> 5
), kept AS (
    INSERT INTO answer (
        organisation_id, kind_id, key, statement, comment, at, via, name, person_id, submission,
        effect)
    SELECT %(organisation)s, %(kind)s, key, %(statement)s, '', %(now)s, %(via)s, %(name)s,
           %(person)s, %(submission)s, 'none'
    FROM fit ORDER BY key
), forgotten AS (
    DELETE FROM answer_before b USING fit WHERE b.id = fit.id
)
SELECT to_state, count(*)::int,
       min(last_day) FILTER (WHERE from_state = 5 AND to_state <> 5) FROM fit GROUP BY to_state
