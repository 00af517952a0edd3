from tests.database.conftest import own_home

__all__ = ["own_home"]
