CREATE TEMP TABLE IF NOT EXISTS staging (
    key uuid, first_seen timestamptz, last_seen timestamptz, asn bigint, organisation_id integer,
    times_seen integer, port integer, protocol smallint, severity smallint, address inet,
    domain text, tag text
) ON COMMIT DELETE ROWS;
TRUNCATE staging
