"""The links by which a desk answers: one signed token a delivery, in every link of its mail."""

from datetime import date
from typing import NamedTuple

VALID_DAYS = 90
LONGEST = 100
_SALT = "tocsin.alerts.answer"
_EPOCH = date(2020, 1, 1)


class Ticket(NamedTuple):
    """What a token says: the delivery that it was made for."""

    delivery: int
