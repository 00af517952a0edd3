"""Only the owner's connection migrates; the serving role cannot change the schema."""


class OwnerMigrates:
    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == "owner"
