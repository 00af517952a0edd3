-- The delegation, if any, that covers each affected party; arrays in parallel.
SELECT {covering}
FROM unnest(%(organisation)s::int[], %(address)s::inet[], %(domain)s::text[])
    WITH ORDINALITY AS t (organisation_id, address, domain, place)
ORDER BY place
