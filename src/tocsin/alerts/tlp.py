"""The Traffic Light Protocol, version 2.0 (FIRST, August 2022)."""

from collections.abc import Iterable

# From the least to the most restrictive.
LABELS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
NEVER_MAILED = "RED"  # for the eyes of named persons: a mail to a desk is the wrong way
COLOURS = {
    "CLEAR": "#FFFFFF",
    "GREEN": "#33FF00",
    "AMBER": "#FFC000",
    "AMBER+STRICT": "#FFC000",
    "RED": "#FF2B2B",
}


def strictest(labels: Iterable[str], least: str = "CLEAR") -> str:
    """The label for a whole that is made of parts with these labels, and never below `least`."""
    return max([least, *labels], key=LABELS.index)
