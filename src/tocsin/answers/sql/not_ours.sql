-- What one organisation said is not its own, the latest first, with what the authority decided.
-- Each is found by its kind, so that no other partition is opened.
SELECT coalesce(json_agg(json_build_array(
           affected, kind, opened_at, verdict, decided_at, reason) ORDER BY id DESC), '[]')::text
FROM (
    SELECT d.id, coalesce(abbrev(t.address), t.domain, '') AS affected, k.name AS kind,
           d.opened_at, d.verdict, d.decided_at, d.reason
    FROM (
        SELECT * FROM dispute
        WHERE organisation_id = %(organisation)s::bigint AND statement = 'not-ours'
        ORDER BY id DESC LIMIT %(most)s::int
    ) d
    JOIN threat_kind k ON k.id = d.kind_id
    LEFT JOIN threat t ON t.kind_id = d.kind_id AND t.key = d.key
) found
