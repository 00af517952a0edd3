"""Each organisation sees its own alerts and wishes, nobody without a scope sees any."""

from pathlib import Path

import pytest
from django.db import models

from tests.alerts.country import NOW, organisation, threat
from tocsin.alerts.channels.mail.posts import Outbox
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.deliveries import deliver_due
from tocsin.alerts.models import (
    Alert,
    AlertThreat,
    Delivery,
    DeliveryAttempt,
    Inhibition,
    Mute,
    Preference,
)
from tocsin.database.scope import organisation_scope, staff_scope

pytestmark = pytest.mark.django_db
TABLES = (Alert, AlertThreat, Delivery, DeliveryAttempt, Preference, Mute, Inhibition)


@pytest.mark.parametrize("table", TABLES)
def test_only_an_organisations_own_rows_show(table: type[models.Model], home: Path) -> None:
    with staff_scope():
        owners = [organisation(name) for name in ("One", "Two")]
        for number, owner in enumerate(owners):
            threat(owner, number)
            Preference.objects.create(organisation=owner)
            Mute.objects.create(organisation=owner, kind="scan_telnet")
            Inhibition.objects.create(
                organisation=owner, kind="scan_telnet", reason="r", made_by="a", made_at=NOW
            )
    compose_due(ready(NOW), NOW)
    deliver_due(Outbox(home / "outbox"), lambda: NOW)
    for owner in owners:
        with organisation_scope(owner.pk):
            rows = table._default_manager.all()
            assert {row.organisation_id for row in rows} == {owner.pk}  # type: ignore[attr-defined]
            assert len(rows) == 1
    assert table._default_manager.count() == 0


def test_an_inhibition_of_everybody_is_the_authoritys_business() -> None:
    with staff_scope():
        owner = organisation()
        Inhibition.objects.create(reason="r", made_by="a", made_at=NOW)
    with organisation_scope(owner.pk):
        assert Inhibition.objects.count() == 0
