-- A report's row, unless its content is taken already.
INSERT INTO report (
    digest, feed_id, name, stream, day, received_at, size, tlp, raw, kinds, rows, observations,
    refused, unattributed, threats_new, threats_reopened, notes, segments,
    reasons, mail)
VALUES (
    %(digest)s, %(feed_id)s, %(name)s, %(stream)s, %(day)s, %(received_at)s, %(size)s, %(tlp)s,
    %(raw)s, '[]', 0, 0, 0, 0, 0, 0, '[]', '{}',
    '{}', %(mail)s)
ON CONFLICT (digest) DO NOTHING
RETURNING id
