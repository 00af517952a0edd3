-- Reports that the threats are from: a year's of every kind, a few of them TLP:RED.
WITH source AS (
    INSERT INTO feed (name, enabled) VALUES ('bench', true) RETURNING id
)
INSERT INTO report (
    digest, feed_id, name, kinds, stream, day, received_at, rows, observations, refused,
    unattributed, threats_new, threats_reopened, size, tlp, notes, segments, raw)
SELECT sha256(convert_to('bench ' || i, 'UTF8')), source.id, 'bench-' || i || '.csv', '[]', '',
       %(now)s::date - i %% 365, %(now)s, 0, 0, 0, 0, 0, 0, 0,
       CASE WHEN i %% 1000 = 0 THEN 'RED' ELSE 'AMBER' END, '[]', '{}', ''
FROM source CROSS JOIN generate_series(1, %(reports)s) i
