from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction

from tests.web.conftest import ANALYSTS
from tests.web.matrix.standing import Standing, make_standing
from tests.web.world import CLOCKED, CLOCKS, NOW
from tocsin.access.rate import Rate


@pytest.fixture(scope="module")
def standing(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Standing]:
    """Both organisations with everything of theirs; what a test writes it has to undo."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        transaction.atomic(),
    ):
        patch.setattr(settings, "TOCSIN_HOME", tmp_path_factory.mktemp("home"))
        patch.setattr(settings, "EMAIL_HOST", "mail.example")
        patch.setattr("tocsin.web.api.door.RATE", Rate(10**9))
        patch.setattr("tocsin.web.answer._now", lambda: NOW)
        patch.setattr("tocsin.web.api.exports._admit", lambda reader: True)
        patch.setattr("tocsin.web.api.exports._let_go", lambda reader: None)
        for module in (*CLOCKED, *CLOCKS, *ANALYSTS):
            patch.setattr(f"tocsin.web.{module}.now", lambda: NOW)
        yield make_standing()
        transaction.set_rollback(True)
