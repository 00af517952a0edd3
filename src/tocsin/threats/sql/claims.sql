-- When an organisation said that a threat is fixed; of the present spell if not before opened_at.
ALTER TABLE threat ADD COLUMN claimed_at timestamptz;

-- What is claimed, or was: few.  Intake looks here for claims that an observation contradicts,
-- and for those whose threat has come to another organisation (notice 1).
CREATE INDEX threat_claimed ON threat (notice, claimed_at) WHERE state IN (2, 3);
-- An organisation's threats that are over, as threat_current has those that are not: an answer
-- names a threat without its kind.  Only a closing writes to it.
CREATE INDEX threat_past ON threat (organisation_id, key) WHERE state > 5;
