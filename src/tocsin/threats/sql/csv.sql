-- The columns of `shown.sql` for a CSV: what a spreadsheet would run as a formula gets an
-- apostrophe, as `tocsin.formulas.neutralised` does it; only texts that came from outside can.
SELECT threat_id, state, severity, kind, {title} AS title, class, type, {affected} AS affected,
       port, protocol, {tag} AS tag, asn,
       {first_seen} AS first_seen, {last_seen} AS last_seen, times_seen,
       {opened_at} AS opened_at, {state_since} AS state_since, recurrences,
       {claimed_at} AS claimed_at, {alerted_at} AS alerted_at, {organisation} AS organisation
FROM ({shown}) s
