-- The prefixes, numbered so that those of the largest organisation come first.
CREATE TEMP TABLE holding AS
WITH large AS (
    SELECT organisation_id FROM asset WHERE form = 'prefix'
    GROUP BY organisation_id ORDER BY count(*) DESC, organisation_id LIMIT 1
)
SELECT (row_number() OVER (ORDER BY a.organisation_id <> l.organisation_id, a.id) - 1)::int AS number,
       a.organisation_id::int, a.value::inet AS network, a.organisation_id = l.organisation_id AS large
FROM asset a CROSS JOIN large l WHERE a.form = 'prefix';
CREATE UNIQUE INDEX ON holding (number);
ANALYZE holding
