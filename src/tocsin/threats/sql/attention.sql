-- What of an organisation's threats asks for a look: claimed, contradicted, reopened or disputed.
-- No new threat is among them, so that an import does not pay for it.
CREATE INDEX threat_attention ON threat (organisation_id, state, key) WHERE state BETWEEN 2 AND 5;
-- What an organisation was told of and has not got rid of, by when that was: what is due.  It
-- begins when an alert is composed, which writes the row's other indexes anyway.
CREATE INDEX threat_told ON threat (organisation_id, alerted_at)
    WHERE notice = 0 AND state IN (1, 3, 4);
