from tocsin.constituency.refusals import AT_HAND, Refusals, RefusedEntry
from tocsin.refused import Refused


def test_all_are_counted_and_handed_on_and_the_first_stay_at_hand() -> None:
    kept: list[RefusedEntry] = []
    refusals = Refusals(kept.append)
    for line in range(AT_HAND + 5):
        refusals.add("a.csv", Refused(line, "even" if line % 2 == 0 else "odd", "why", "row"))
    assert refusals.total == len(kept) == AT_HAND + 5
    assert refusals.by_reason.total() == AT_HAND + 5
    assert set(refusals.by_reason) == {"even", "odd"}
    assert refusals.first == kept[:AT_HAND]
    assert kept[-1] == RefusedEntry("a.csv", AT_HAND + 4, "even", "why", "row")


def test_nothing_is_kept_of_what_is_only_tried() -> None:
    refusals = Refusals()
    refusals.add("a.csv", Refused(1, "bad-asn"))
    assert (refusals.total, refusals.first[0].file) == (1, "a.csv")
