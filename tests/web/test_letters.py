import csv
import io

from tests.web.world import World
from tocsin.database.scope import staff_scope
from tocsin.web.letters import letter_of


def test_the_parts_of_a_mail(world: World) -> None:
    with staff_scope():
        letter = letter_of(world.our_delivery)
    headers = dict(letter.headers)
    assert headers["To"] == "abuse@ours.example"
    assert world.our_delivery.alert.ticket in headers["Subject"]
    assert list(headers) == ["From", "To", "Reply-To", "Subject", "Date"]
    assert "Ours Broadband" in letter.text
    assert "<html" in letter.html


def test_the_attachment_is_what_was_frozen(world: World) -> None:
    with staff_scope():
        (attached,) = letter_of(world.our_delivery).attachments
    assert attached.number == 1
    assert attached.name.endswith(".csv")
    assert attached.size == len(attached.content)
    rows = list(csv.DictReader(io.StringIO(attached.content.decode())))
    assert rows == [{"id": "1", "kind": "scan_rdp"}]


def test_it_reads_the_same_each_time(world: World) -> None:
    with staff_scope():
        assert letter_of(world.our_delivery) == letter_of(world.our_delivery)
