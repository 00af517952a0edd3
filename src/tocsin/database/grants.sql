-- What the serving role may do.  Run by the owner after every migration.
GRANT USAGE ON SCHEMA public TO tocsin_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tocsin_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tocsin_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO tocsin_app;
-- The log, the answers and the words for kinds are only added to; the record of migrations is only read.
REVOKE UPDATE, DELETE ON audit_entry, answer, kind_wording, kind_facts FROM tocsin_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM tocsin_app;
