"""What the demo's analyst has begun: there to look at, and without any effect."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.threats.assets import asset
from tocsin.campaigns.models import Campaign
from tocsin.database.scope import staff_scope
from tocsin.demo.authority import HOSTS, NOBODYS, begun, listed
from tocsin.demo.country import country
from tocsin.intake.models import Report
from tocsin.threats.models import Threat

NOW = datetime(2026, 10, 1, 10, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_a_campaign_waits_and_nothing_else_happens(home: Path) -> None:
    with staff_scope():
        for network in country().networks[:HOSTS]:
            asset(f"provider {network.owner}", str(network.prefix))
    begun(NOW)
    begun(NOW)
    with staff_scope():
        campaign = Campaign.objects.get()
        assert not Report.objects.exists()
        assert not Threat.objects.exists()
    assert campaign.state == "draft"
    tried = campaign.tried
    assert (tried["threats"], tried["unattributed"]) == (HOSTS + len(NOBODYS), len(NOBODYS))
    assert tried["rows"] - tried["observations"] == 2


def test_the_list_is_the_same_each_time() -> None:
    assert listed(country(), NOW) == listed(country(), NOW)
