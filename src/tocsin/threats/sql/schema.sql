-- The threat's state, one partition a kind, so that each kind's keys have an index of their own.
-- last_seen and times_seen are in no index: an update of a recurring threat stays within its page
-- (HOT), for which half of each page is left free.  No foreign keys: they would cost a look-up a row,
-- and every writer is in this folder.  Columns that may be NULL stand last, and the key's own column
-- first in its index: PostgreSQL reads a row up to its first NULL, and compares keys, at less cost.
CREATE TABLE threat (
    key            uuid        NOT NULL,
    first_seen     timestamptz NOT NULL,
    last_seen      timestamptz NOT NULL,
    opened_at      timestamptz NOT NULL,
    state_since    timestamptz NOT NULL,
    asn            bigint      NOT NULL,
    last_report_id bigint      NOT NULL,
    last_day       date        NOT NULL,
    times_seen     integer     NOT NULL,
    port           integer     NOT NULL,
    kind_id        smallint    NOT NULL,
    protocol       smallint    NOT NULL,
    state          smallint    NOT NULL,
    notice         smallint    NOT NULL,
    severity       smallint    NOT NULL,
    recurrences    smallint    NOT NULL DEFAULT 0,
    reminders      smallint    NOT NULL DEFAULT 0,
    pinned         boolean     NOT NULL DEFAULT false,
    organisation_id integer,
    domain         text        NOT NULL,
    tag            text        NOT NULL,
    address        inet,
    alerted_at     timestamptz,
    PRIMARY KEY (key, kind_id)
) PARTITION BY LIST (kind_id);

-- An organisation's threats that are not over, in the order of pages.
CREATE INDEX threat_current ON threat (organisation_id, key) WHERE state < 6;
-- What is reopened and not told yet: few.  What is new and not told is found through the index
-- above; one of its own would cost every insert more than it saves a run of alerts.
CREATE INDEX threat_reopened ON threat (organisation_id) WHERE notice = 2;

-- The number of a kind; a kind not seen before gets a number and a partition.  Runs as the owner,
-- because the serving role cannot make tables.
CREATE FUNCTION tocsin_kind(kind_name text) RETURNS smallint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number smallint;
    part   text;
BEGIN
    SELECT id INTO number FROM threat_kind WHERE name = kind_name;
    IF FOUND THEN
        RETURN number;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('tocsin kind'));
    SELECT id INTO number FROM threat_kind WHERE name = kind_name;
    IF FOUND THEN
        RETURN number;
    END IF;
    INSERT INTO threat_kind (name) VALUES (kind_name) RETURNING id INTO number;
    part := 'threat_' || number;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF threat FOR VALUES IN (%s) WITH (fillfactor = 50)',
        part, number);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('CREATE POLICY scope ON %I USING ({visible}) WITH CHECK ({visible})', part);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tocsin_app', part);
    RETURN number;
END $$;
REVOKE EXECUTE ON FUNCTION tocsin_kind(text) FROM PUBLIC;
