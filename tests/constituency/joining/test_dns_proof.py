import dns.exception
import dns.resolver
import pytest

from tocsin.constituency.joining.dns_proof import System, is_there, record_name, record_text

NAME = record_name("ours.example")


class Zone:
    """A resolver that knows these records; None: it cannot be asked."""

    def __init__(self, records: dict[str, list[str]] | None) -> None:
        self.records = records

    def txt(self, name: str) -> list[str]:
        if self.records is None:
            raise dns.exception.Timeout
        return self.records.get(name, [])


@pytest.mark.parametrize(
    ("records", "there", "says"),
    [
        ({NAME: ["v=spf1 -all", " tocsin-proof=abc "]}, True, ""),
        ({NAME: ["tocsin-proof=abcd"]}, False, "says something else"),
        ({NAME: ["abc"]}, False, "says something else"),
        ({"ours.example": ["tocsin-proof=abc"]}, False, "no TXT record at _tocsin.ours.example"),
        (None, False, "could not be asked (Timeout)"),
    ],
)
def test_the_record_proves_it(records: dict[str, list[str]] | None, there: bool, says: str) -> None:
    found, problem = is_there(NAME, "abc", Zone(records))
    assert (found, says in problem) == (there, True)
    assert record_text("abc") == "tocsin-proof=abc"


@pytest.mark.parametrize("error", [dns.resolver.NXDOMAIN, dns.resolver.NoAnswer])
def test_a_name_that_is_not_there_has_no_records(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("dns.resolver.resolve", resolve)
    assert is_there(NAME, "abc", System())[1].startswith("There is no TXT record")
