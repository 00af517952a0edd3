-- A submission on its way: as given, which of it is found and locked, and what it does.
CREATE TEMP TABLE IF NOT EXISTS answer_given (
    row integer, key uuid, statement text, comment text, since timestamptz
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS answer_found (
    kind_id smallint, key uuid, state smallint,
    row integer, statement text, comment text, since timestamptz
) ON COMMIT DELETE ROWS;
CREATE INDEX IF NOT EXISTS answer_found_kind ON answer_found (kind_id);
CREATE TEMP TABLE IF NOT EXISTS answer_held (
    row integer, kind_id smallint, key uuid, statement text, comment text, since timestamptz,
    state smallint, claimed_at timestamptz, opened_at timestamptz, last_seen timestamptz,
    last_report_id bigint, last_day date, address inet, domain text, asn bigint, place tid, elsewhere integer
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS answer_decided (
    row integer, kind_id smallint, key uuid, statement text, comment text, since timestamptz,
    state smallint, after smallint, effect text, repeated boolean, claimed_at timestamptz,
    last_seen timestamptz, last_report_id bigint, last_day date, place tid, elsewhere integer
) ON COMMIT DELETE ROWS;
CREATE INDEX IF NOT EXISTS answer_decided_kind ON answer_decided (kind_id);
TRUNCATE answer_given, answer_found, answer_held, answer_decided
