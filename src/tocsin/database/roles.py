"""The two database roles: who migrates and who serves."""

OWNER = "tocsin_owner"  # owns the tables and migrates
APP = "tocsin_app"  # serves: row-level security always applies to it
ADMIN = "postgres"  # the embedded server's superuser: maintenance only
DATABASE = "tocsin"

OWNER_MAY = "LOGIN CREATEDB CREATEROLE NOSUPERUSER NOBYPASSRLS NOREPLICATION"
APP_MAY = "LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS NOREPLICATION"


def default_grants(owner: str, app: str) -> list[str]:
    """What `app` may do with whatever `owner` makes in this database from now on."""
    privileges = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT"
    return [
        f"{privileges} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"{privileges} USAGE, SELECT ON SEQUENCES TO {app}",
        f"GRANT USAGE ON SCHEMA public TO {app}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ]
