from dataclasses import replace

from tests.alerts.samples import TEXTS, content, row
from tocsin.alerts.content import arranged, trimmed


def test_the_worst_kind_comes_first_then_the_most_frequent() -> None:
    rows = [row(1, "open_dns"), row(2), row(3), row(4, "sinkhole")]
    groups, severities, whys = arranged(rows, TEXTS.__getitem__)
    assert [group.text.title for group in groups] == [
        "Infected computer",
        "Remote desktop (RDP) reachable from the internet",
        "Open DNS resolver",
    ]
    assert severities == {"critical": 1, "high": 2, "medium": 1}
    assert whys == {"new": 4}


def test_within_a_kind_news_come_before_reminders_and_addresses_in_their_order() -> None:
    rows = [
        row(1, affected="2001:db8::1"),
        row(2, affected="192.0.2.10"),
        row(3, affected="192.0.2.9"),
        row(4, affected="192.0.2.1", why="reminder"),
        row(5, affected="shop.example"),
    ]
    (group,), _, whys = arranged(rows, TEXTS.__getitem__)
    assert [one.affected for one in group.rows] == [
        "192.0.2.9",
        "192.0.2.10",
        "2001:db8::1",
        "shop.example",
        "192.0.2.1",
    ]
    assert whys == {"new": 4, "reminder": 1}


def test_kinds_that_say_the_same_share_a_group_which_has_its_worst_rows_severity() -> None:
    rows = [row(1), replace(row(2), kind="scan6_rdp", severity="critical")]
    (group,), _, _ = arranged(rows, lambda kind: TEXTS["scan_rdp"])
    assert (group.total, group.severity) == (2, "critical")


def test_trimming_keeps_the_counts() -> None:
    rows = [row(number) for number in range(1, 101)]
    short = trimmed(content(rows))
    assert len(short.groups[0].rows) == 20
    assert (short.total, short.groups[0].total, short.worst) == (100, 100, "high")


def test_many_kinds_share_the_rows_but_each_keeps_some() -> None:
    whole = content([row(number) for number in range(1, 41)])
    many = replace(whole, groups=whole.groups * 50)
    assert {len(group.rows) for group in trimmed(many).groups} == {3}
