-- Which organisation each list of handles belongs to: that of its first handle that is known.
-- A handle is an organisation's own because it lists it (or the abuse mailbox behind it), or else
-- because an entry of that handle is manually the organisation's.  A handle that would be two
-- organisations' is nobody's.
DROP TABLE IF EXISTS pg_temp.listed, pg_temp.known_handle, pg_temp.linked;

CREATE TEMPORARY TABLE listed ON COMMIT DROP AS
SELECT d.handles, h.handle, h.place
FROM (SELECT DISTINCT handles FROM staged WHERE handles <> '') d,
     unnest(string_to_array(d.handles, ' ')) WITH ORDINALITY AS h (handle, place);

ANALYZE listed;

CREATE TEMPORARY TABLE known_handle ON COMMIT DROP AS
WITH own AS (
    SELECT CASE WHEN position('@' IN h.handle) > 0 THEN lower(h.handle) ELSE upper(h.handle) END
               AS handle,
           o.id AS organisation_id
    FROM organisation o, jsonb_array_elements_text(o.handles) AS h (handle)
), told AS (
    SELECT handle, organisation_id, 1 AS rank FROM own
    UNION
    SELECT s.handle, own.organisation_id, 1
    FROM staged_holder s JOIN own ON own.handle = s.mailbox
    UNION
    SELECT s.handle, own.organisation_id, 1
    FROM staged_holder s
    JOIN staged_holder role ON role.handle = s.abuse_contact AND role.handle <> ''
    JOIN own ON own.handle = role.mailbox
    UNION
    SELECT split_part(s.handles, ' ', 1), a.organisation_id, 2
    FROM staged s
    JOIN asset a ON a.registry = '' AND a.value = s.value
    WHERE s.handles <> '' AND NOT s.routed AND (a.valid_to IS NULL OR a.valid_to > %(now)s)
    UNION
    SELECT a.value, a.organisation_id, 2
    FROM asset a
    WHERE a.registry = '' AND a.form = 'asn' AND (a.valid_to IS NULL OR a.valid_to > %(now)s)
), best AS (
    SELECT handle, organisation_id, rank, min(rank) OVER (PARTITION BY handle) AS best FROM told
)
SELECT handle, min(organisation_id) AS organisation_id
FROM best WHERE rank = best GROUP BY handle HAVING count(DISTINCT organisation_id) = 1;

ANALYZE known_handle;

-- Routes say which AS originates them: an AS number of the same file counts by its own handles.
INSERT INTO known_handle
SELECT s.value, min(k.organisation_id)
FROM staged s
JOIN listed l ON l.handles = s.handles
JOIN known_handle k ON k.handle = l.handle
WHERE s.form = 'asn' AND NOT EXISTS (SELECT FROM known_handle o WHERE o.handle = s.value)
GROUP BY s.value HAVING count(DISTINCT k.organisation_id) = 1;

CREATE TEMPORARY TABLE linked ON COMMIT DROP AS
SELECT DISTINCT ON (l.handles) l.handles, k.organisation_id
FROM listed l JOIN known_handle k ON k.handle = l.handle
ORDER BY l.handles, l.place;

ANALYZE linked;
