-- One kind's threats: six in ten current, nearly all of addresses in somebody's prefixes.
WITH drawn AS (
    SELECT i, hashint8extended(i, {kind} * 3) & 9223372036854775807 AS a,
           hashint8extended(i, {kind} * 3 + 1) & 9223372036854775807 AS b,
           hashint8extended(i, {kind} * 3 + 2) & 9223372036854775807 AS c
    FROM generate_series(1, {size}::bigint) i
), dealt AS (
    SELECT i, a, b, c, (a / 10000 %% 1000)::int AS lot,
           CASE WHEN a %% 10000 < {large_share} THEN b %% {large}
                ELSE {large} + b %% {others} END::int AS holding
    FROM drawn
), placed AS (
    SELECT d.*, h.organisation_id, h.network, d.c %% 50 = 0 AS named,
           CASE WHEN lot < 500 THEN 1 WHEN lot < 550 THEN 2 WHEN lot < 560 THEN 3
                WHEN lot < 600 THEN 4 WHEN lot < 610 THEN 5 WHEN lot < 900 THEN 6
                WHEN lot < 995 THEN 7 ELSE 0 END AS state
    FROM dealt d JOIN holding h ON h.number = d.holding
), timed AS (
    SELECT p.*,
           %(now)s::timestamptz
               - make_interval(days => (CASE WHEN state > 5 THEN 20 + c %% 300 ELSE c %% 14 END)::int,
                               secs => (a %% 80000)::int) AS last_seen,
           make_interval(days => (b %% 200)::int, secs => (b %% 86400)::int) AS age
    FROM placed p
)
INSERT INTO threat_{kind} (
    kind_id, key, first_seen, last_seen, opened_at, state_since, claimed_at, alerted_at, asn,
    last_report_id, organisation_id, last_day, times_seen, port, protocol, state, notice, severity,
    address, domain, tag)
SELECT {kind}, md5('{kind} ' || i)::uuid, last_seen - age, last_seen, last_seen - age,
       CASE WHEN state > 5 THEN last_seen::date + 1 WHEN state = 1 THEN last_seen - age
            ELSE last_seen END,
       CASE state WHEN 2 THEN last_seen WHEN 3 THEN last_seen - interval '5 days' END,
       CASE WHEN lot %% 20 > 0 THEN last_seen END, 4200000000 + organisation_id,
       {first_report} + c %% {reports}, organisation_id, last_seen::date, 1 + c %% 90,
       (ARRAY[22, 23, 53, 80, 123, 443, 445, 3389, 6379, 27017])[1 + c %% 10], 6 + 11 * (c %% 2),
       state, CASE WHEN state BETWEEN 1 AND 5 AND lot %% 20 = 0 THEN 1 ELSE 0 END, 1 + {kind} %% 5,
       CASE WHEN NOT named THEN set_masklen(
           host(network)::inet + b %% (1::bigint << least(
               CASE family(network) WHEN 4 THEN 32 ELSE 128 END - masklen(network), 62)),
           CASE family(network) WHEN 4 THEN 32 ELSE 128 END) END,
       CASE WHEN named THEN 'host' || b %% 100000 || '.operator' || organisation_id || '.example'
            ELSE '' END,
       CASE WHEN c %% 3 = 0 THEN 'family-' || b %% 40 ELSE '' END
FROM timed
