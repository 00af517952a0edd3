"""Work out what a visit would change at each organisation, and keep it: pages only read it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.outreach.facts import facts_of
from tocsin.outreach.models import VisitScore
from tocsin.outreach.rules import score
from tocsin.outreach.weights import Weights, weights

BATCH = 500  # organisations in one transaction


def score_all(now: datetime) -> int:
    """Every organisation, a batch at a time; how many.  Done twice it says the same."""
    done = 0
    for numbers in _batches():
        with staff_scope():
            _score(numbers, now, weights())
        done += len(numbers)
    return done


def score_again(organisation: int, now: datetime) -> None:
    """One organisation, in the transaction that changed what is known of it."""
    with staff_scope():
        _score([organisation], now, weights())


def _score(numbers: Sequence[int], now: datetime, by: Weights) -> None:
    """A suspended organisation is nobody to visit, and has no row."""
    scores = {number: score(facts, by) for number, facts in facts_of(numbers, now, by).items()}
    known = Organisation.objects.filter(pk__in=numbers, suspended=False)
    left = list(known.order_by("pk").values_list("pk", flat=True))
    VisitScore.objects.filter(organisation__in=set(numbers) - set(left)).delete()
    VisitScore.objects.bulk_create(
        [
            VisitScore(
                organisation_id=number,
                points=scores[number].points,
                reasons=scores[number].as_json(),
                computed_at=now,
            )
            for number in left
        ],
        update_conflicts=True,
        unique_fields=["organisation"],
        update_fields=["points", "reasons", "computed_at"],
    )


def _batches() -> Iterator[list[int]]:
    last = 0
    while True:
        with staff_scope():
            found = Organisation.objects.filter(pk__gt=last).order_by("pk")
            numbers = list(found.values_list("pk", flat=True)[:BATCH])
        if not numbers:
            return
        last = numbers[-1]
        yield numbers
