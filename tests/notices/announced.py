"""What was announced, as tests look at it."""

from typing import Any

from tocsin.database.scope import staff_scope
from tocsin.notices.models import Notice


def announced() -> list[tuple[str, int | None, str, dict[str, Any]]]:
    """Kind, organisation, subject, data; in order."""
    with staff_scope():
        found = Notice.objects.order_by("pk")
        return list(found.values_list("kind", "organisation", "subject", "data"))
