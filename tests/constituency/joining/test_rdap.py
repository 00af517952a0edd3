"""Asking registries, on made-up answers of the forms that RFC 9083 and RFC 9224 give."""

import json
from typing import Any

import pytest

from tocsin.constituency.asset_names import read_asset
from tocsin.constituency.joining.rdap import BOOTSTRAP, Rdap, RdapError

NEAR, FAR = "https://rdap.near.example/", "https://rdap.far.example/rdap"
SERVICES = {
    "ipv4.json": [[["192.0.0.0/8"], [FAR]], [["192.0.2.0/23"], ["http://plain.example/", NEAR]]],
    "ipv6.json": [[["2001:db8::/32"], [NEAR]]],
    "asn.json": [[["64496-64511", "65536"], [NEAR]], ["odd"], [["x"], [FAR]]],
}


class Registry:
    """Answers by address; `asked`: in order."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(self, url: str) -> tuple[int, bytes, str]:
        self.asked.append(url)
        if url.startswith(BOOTSTRAP):
            services = SERVICES[url.removeprefix(BOOTSTRAP)]
            return 200, json.dumps({"version": "1.0", "services": services}).encode(), ""
        answer = self.answers.get(url, 404)
        if isinstance(answer, int):
            return answer, b"", ""
        if isinstance(answer, str):
            return 302, b"", answer
        return 200, answer if isinstance(answer, bytes) else json.dumps(answer).encode(), ""


def entity(*roles: str, email: object = (), inner: object = ()) -> dict[str, Any]:
    addresses = [["email", {}, "text", one] for one in email]  # type: ignore[attr-defined]
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Desk"], *addresses]]
    return {"roles": list(roles), "vcardArray": card, "entities": list(inner)}  # type: ignore[call-overload]


def network(*entities: object, first: str = "192.0.2.0", last: str = "192.0.2.255") -> object:
    return {"startAddress": first, "endAddress": last, "entities": list(entities)}


def asked(text: str, answers: dict[str, Any]) -> list[str]:
    (asset,) = read_asset(text)
    return Rdap(Registry(answers)).abuse_mailboxes(asset)


ABUSE = entity("abuse", email=["Abuse@Ours.example"])


def test_the_abuse_contact_of_a_network() -> None:
    answers = {
        f"{NEAR}ip/192.0.2.0/24": network(entity("registrant", email=["x@y.example"]), ABUSE)
    }
    assert asked("192.0.2.0/24", answers) == ["abuse@ours.example"]


def test_of_an_as_number_and_of_ipv6() -> None:
    assert asked("AS64500", {f"{NEAR}autnum/64500": {"entities": [ABUSE]}}) == [
        "abuse@ours.example"
    ]
    answer = network(ABUSE, first="2001:db8::", last="2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")
    assert asked("2001:db8::/48", {f"{NEAR}ip/2001:db8::/48": answer}) == ["abuse@ours.example"]


def test_contacts_below_the_organisation_count_and_none_twice() -> None:
    nested = entity("registrant", inner=[entity("abuse", email=["a@b.example", "A@b.example"])])
    answers = {f"{NEAR}ip/192.0.2.0/24": network(nested, entity("abuse", email=["c@d.example"]))}
    assert asked("192.0.2.0/24", answers) == ["a@b.example", "c@d.example"]


@pytest.mark.parametrize(
    "answer",
    [
        404,
        network(),
        network(entity("technical", email=["t@b.example"])),
        network(entity("abuse", email=["not an address", 7, "a@b\nBcc: c@d.example"])),
        network(ABUSE, first="128.0.0.0", last="255.255.255.255"),
        network(ABUSE, last="192.0.2.127"),
        network(ABUSE, first="192.0.3.0", last="192.0.3.255"),
        network(ABUSE, first="x"),
        {"entities": [ABUSE]},
        {"startAddress": 1, "endAddress": [], "entities": "x"},
        network({"roles": "abuse", "vcardArray": ABUSE["vcardArray"]}),
        network({"roles": ["abuse"], "vcardArray": ["vcard", "email"]}, "x"),
    ],
)
def test_what_names_nobody_for_it(answer: object) -> None:
    assert asked("192.0.2.0/24", {f"{NEAR}ip/192.0.2.0/24": answer}) == []


def test_a_deep_answer_ends() -> None:
    deep = ABUSE
    for _ in range(50):
        deep = entity("registrant", inner=[deep])
    body = json.dumps(network(deep))
    assert asked("192.0.2.0/24", {f"{NEAR}ip/192.0.2.0/24": body.encode()}) == []


@pytest.mark.parametrize(
    "answer",
    [500, 429, b"<html>", b"[]", b"\xff", b"[" * 100_000, "http://plain.example/", f"{NEAR}loop"],
)
def test_what_is_no_answer_may_be_better_later(answer: object) -> None:
    with pytest.raises(RdapError):
        asked("192.0.2.0/24", {f"{NEAR}ip/192.0.2.0/24": answer, f"{NEAR}loop": f"{NEAR}loop"})


def test_a_redirect_to_another_registry_is_followed() -> None:
    answers = {
        f"{NEAR}ip/192.0.2.0/24": "https://rdap.other.example/ip/192.0.2.0/24",
        "https://rdap.other.example/ip/192.0.2.0/24": network(ABUSE),
    }
    assert asked("192.0.2.0/24", answers) == ["abuse@ours.example"]


def test_the_narrowest_registry_is_asked_over_https_and_the_list_read_once() -> None:
    registry = Registry({})
    rdap = Rdap(registry)
    for text in ("192.0.2.0/24", "192.0.3.0/24", "192.7.0.0/16"):
        assert rdap.abuse_mailboxes(read_asset(text)[0]) == []
    assert registry.asked == [
        f"{BOOTSTRAP}ipv4.json",
        f"{NEAR}ip/192.0.2.0/24",
        f"{NEAR}ip/192.0.3.0/24",
        f"{FAR}/ip/192.7.0.0/16",
    ]


@pytest.mark.parametrize("text", ["10.0.0.0/24", "AS64512", "192.0.0.0/7"])
def test_where_nobody_is_responsible(text: str) -> None:
    with pytest.raises(RdapError, match="no registry"):
        asked(text, {})
