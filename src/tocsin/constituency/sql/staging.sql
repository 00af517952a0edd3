-- What a file says, until the transaction ends.  handles: separated by blanks, the most telling
-- first.  organisation_id: where the file names the organisation itself.
DROP TABLE IF EXISTS pg_temp.staged, pg_temp.staged_holder;

CREATE TEMPORARY TABLE staged (
    line bigint, form text, value text, handles text, organisation_id bigint,
    valid_from timestamptz, valid_to timestamptz, routed boolean
) ON COMMIT DROP;

CREATE TEMPORARY TABLE staged_holder (
    handle text, name text, mailbox text, abuse_contact text, country text
) ON COMMIT DROP;

SET LOCAL work_mem = '64MB';
