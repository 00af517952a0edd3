"""An analyst's acts on what comes in, as forms, and what the pages then say."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.queued import waiting
from tests.web.world import NOW, World, add_refused_file, incoming_number
from tocsin.access.models import Role
from tocsin.constituency.models import Asset
from tocsin.database.scope import staff_scope
from tocsin.intake.models import FeedDay, RefusedRow, Report
from tocsin.threats.models import NobodysNetwork


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode())


def sent(client: Client, address: str, **form: str) -> str:
    """What the page that the form leads to says."""
    response = client.post(address, form, follow=True)
    assert response.status_code == 200, response.content
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_feed_has_its_days_its_volumes_and_its_files(world: World, analyst: Client) -> None:
    said = text(analyst, reverse("feed", args=["shadowserver"]))
    assert 'aria-label="Column chart of the rows taken' in said
    assert '<td class="n">7</td>' in said
    assert "2026-09-30-scan_rdp.csv" in said
    assert "Shadowserver" in said


def test_a_feed_that_is_not_there(world: World, analyst: Client) -> None:
    text(analyst, reverse("feed", args=["nobodys"]), 404)


def test_a_short_day_is_believed_and_doubted(world: World, analyst: Client) -> None:
    number = incoming_number("day")
    said = sent(analyst, reverse("short-day", args=[number]), do="believe")
    assert "counts for" in said
    with staff_scope():
        day = FeedDay.objects.get(pk=number)
        assert (day.state, day.real_by[:6]) == ("healthy", "person")
    said = sent(analyst, reverse("short-day", args=[number]), do="doubt")
    assert "proves nothing for" in said
    with staff_scope():
        assert FeedDay.objects.get(pk=number).state == "short"


def test_who_only_reads_statistics_has_no_button(
    world: World, visitor: Callable[[Role], Client]
) -> None:
    page = reverse("feed", args=["shadowserver"])
    assert "This is what there was" not in text(visitor(Role.AUDITOR), page)


def test_the_calendar_goes_back(world: World, analyst: Client) -> None:
    said = text(analyst, reverse("feeds") + "?until=2026-09-28")
    assert said.count('<th scope="col"><span>') == 1
    assert "?until=2026-09-30" in said


def test_refused_rows_are_counted_by_reason(world: World, analyst: Client) -> None:
    with staff_scope():
        add_refused_file()
    said = text(analyst, reverse("refused"))
    assert reverse("refused-reason", args=["bad-timestamp"]) in said
    assert "whole files" in said


def test_a_reason_has_its_files_and_examples(world: World, analyst: Client) -> None:
    said = text(analyst, reverse("refused-reason", args=["bad-timestamp"]))
    assert "2026-09-30-scan_rdp.csv" in said
    assert "&lt;script&gt;" in said
    assert "Read all of these again" in said


def test_all_of_a_reason_is_handed_to_the_worker(world: World, analyst: Client) -> None:
    with staff_scope():
        Report.objects.update(raw="reports/there")
    said = sent(analyst, reverse("refused-reason", args=["bad-timestamp"]))
    assert "The worker reads 1 files again" in said
    assert [name for name, _ in waiting()] == ["tocsin.threats.retry"]


def test_a_report_without_a_copy_says_so(world: World, analyst: Client) -> None:
    number = incoming_number("report")
    assert "not kept any more" in text(analyst, reverse("report", args=[number]))
    assert "not kept any more" in sent(analyst, reverse("report-again", args=[number]))


def test_a_long_report_is_left_to_the_worker(world: World, analyst: Client) -> None:
    number = incoming_number("report")
    with staff_scope():
        Report.objects.update(size=10**9)
    assert "The report is long" in sent(analyst, reverse("report-again", args=[number]))
    ((job, given),) = waiting()
    assert (job, given["number"]) == ("tocsin.threats.retry", number)


def test_the_csv_has_nothing_of_the_rows(world: World, analyst: Client) -> None:
    response = analyst.get(reverse("report-refused", args=[incoming_number("report")]))
    assert response.content.decode().split() == ["line,reason", "4,bad-timestamp"]
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_rows_are_for_analysts(world: World, visitor: Callable[[Role], Client]) -> None:
    page = reverse("report", args=[incoming_number("report")])
    said = text(visitor(Role.AUDITOR), page)
    assert "bad-timestamp" in said
    assert "script&gt;" not in said


def test_files_can_be_narrowed(world: World, analyst: Client) -> None:
    assert "2026-09-30-scan_rdp.csv" in text(analyst, reverse("reports") + "?refused=1")
    said = text(analyst, reverse("reports") + "?feed=other")
    assert "2026-09-30-scan_rdp.csv" not in said
    assert "Feed: other" in said


def test_a_file_refused_whole_without_a_copy(world: World, analyst: Client) -> None:
    with staff_scope():
        add_refused_file()
    number = incoming_number("refused-file")
    assert "not kept any more" in sent(analyst, reverse("refused-file-again", args=[number]))
    with staff_scope():
        assert RefusedRow.objects.filter(pk=number).exists()


def test_a_network_is_given_to_whom_the_form_names(world: World, analyst: Client) -> None:
    page = reverse("unattributed-network", args=[incoming_number("network")])
    said = sent(analyst, page, organisation="ours broadband", value="203.0.113.0/25")
    assert "203.0.113.0/25 is Ours Broadband’s" in said
    with staff_scope():
        made = Asset.objects.get(value="203.0.113.0/25")
        assert (made.organisation_id, made.provenance) == (world.ours.pk, "manual")
        assert not NobodysNetwork.objects.exists()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"organisation": "No such", "value": "203.0.113.0/24"}, "No organisation is called so"),
        ({"organisation": "Ours Broadband", "value": "any thing"}, "any thing"),
    ],
)
def test_a_network_that_cannot_be_given_keeps_what_was_typed(
    world: World, analyst: Client, form: dict[str, str], said: str
) -> None:
    page = reverse("unattributed-network", args=[incoming_number("network")])
    response = analyst.post(page, form)
    assert response.status_code == 400
    content = response.content.decode()
    assert said in content
    assert f'value="{form["organisation"]}"' in content


def test_the_likeliest_can_be_chosen_from_the_list(world: World, analyst: Client) -> None:
    with staff_scope():
        Asset.objects.create(
            organisation=world.theirs, form="prefix", value="203.0.112.0/24", created_at=NOW
        )
    said = text(analyst, reverse("unattributed"))
    assert "the network beside it is theirs (203.0.112.0/24)" in said
    page = reverse("unattributed-network", args=[incoming_number("network")])
    assert "Theirs Hosting’s" in sent(
        analyst, page, to=str(world.theirs.pk), value="203.0.113.0/24"
    )
