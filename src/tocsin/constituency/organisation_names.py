"""Organisations found by name, without regard to case and blanks."""

from datetime import datetime
from difflib import get_close_matches

from tocsin.constituency.models import Organisation

# Looking for similar names is slow, and after so many unknown ones the list is a wrong one.
SUGGESTED = 50


class OrganisationNames:
    """All names, read once; with `create` an unknown one becomes an organisation."""

    def __init__(self, now: datetime, *, create: bool) -> None:
        self.created = 0
        self._now = now
        self._create = create
        names = dict(Organisation.objects.values_list("name", "pk"))
        self._by_name = {_key(name): number for name, number in names.items()}
        self._written = {_key(name): name for name in names}
        self._suggested: dict[str, str] = {}

    def find(self, name: str) -> int | None:
        """Its number."""
        key = _key(name)
        number = self._by_name.get(key)
        if number is None and self._create:
            number = Organisation.objects.create(name=name, created_at=self._now).pk
            self._by_name[key], self._written[key] = number, name
            self.created += 1
        return number

    def suggest(self, name: str) -> str:
        """A sentence that says that the name is not known, and which ones are like it."""
        key = _key(name)
        if key not in self._suggested and len(self._suggested) < SUGGESTED:
            near = [self._written[one] for one in get_close_matches(key, self._written, n=3)]
            self._suggested[key] = f"; is it {' or '.join(near)}?" if near else ""
        return f"organisation “{name}” is not known{self._suggested.get(key, '')}"


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
