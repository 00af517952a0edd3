-- Threats that whole networks have: few, if any.  What is wrong around an address is looked for
-- here, and only the address itself among all the others.
CREATE INDEX threat_network ON threat (address)
    WHERE masklen(address) < CASE family(address) WHEN 4 THEN 32 ELSE 128 END;
