-- What is wrong with one address, prefix or name: found by equality only, so a hash index does; a
-- B-tree here costs every new threat a third of its insert (8.5 against 5.8 µs), this a tenth.
CREATE INDEX threat_address ON threat USING hash (address) WHERE address IS NOT NULL;
CREATE INDEX threat_domain ON threat USING hash (domain) WHERE domain <> '';
