from tocsin.kinds.catalogue import FOLDER, kind, load
from tocsin.kinds.messages import messages, of_kinds


def test_every_title_and_text_is_there_to_translate() -> None:
    found = {message for message, _, _ in messages()}
    for one in load(FOLDER).values():
        assert {one.title, *(words for _, words in one.text.parts())} <= found


def test_each_says_where_it_stands_and_what_it_is_for() -> None:
    found = list(of_kinds({"scan_rdp": kind("scan_rdp")}))
    assert [where for _, where, _ in found] == ["shadowserver/scan_rdp.toml"] * 5
    assert found[0][2] == "Title of a kind"
    assert found[3][2].startswith("fix of “Remote desktop")


def test_a_borrowed_text_is_not_asked_for_again() -> None:
    twin = kind("scan6_rdp")
    assert [message for message, _, _ in of_kinds({twin.name: twin})] == [twin.title]


def test_classes_and_severities_are_there_too() -> None:
    assert {"Fraud", "critical"} <= {message for message, _, _ in messages()}
