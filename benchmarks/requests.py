"""What the API costs with millions of threats: pages, look-ups, exports and bulk answers.

Everything goes over HTTP on the loopback to a `tocsin serve` as anybody runs it, and the clock is
the client's: what the server takes is less.
"""

import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.core.signing import Signer

from benchmarks.client import Client
from benchmarks.installation import Installation
from benchmarks.latency import LOOK_UPS, PAGES, Latency
from benchmarks.meter import CommandError, Usage
from benchmarks.populated import SECRET, installed, population
from benchmarks.population import Facts, Plan, place
from benchmarks.run import FLOOR, TOCSIN, Run
from benchmarks.serving import Followed, accounts, cpu_since, serving

API = "/api/v1"
CURSORS = "tocsin.web.api.cursors"  # what the server salts their signatures with
DEPTHS = (0.0, 0.1, 0.5, 0.99)
LIMIT, IN_A_ROW, LOOKED_UP = 1_000, 7, 40  # threats a page, pages from each depth, addresses
ANSWERED = 100_000
AT_ONCE = 4
UNLIKE_ANY = {"v4": "10.{}.{}.9", "v6": "2001:db8:{:x}:{:x}::9"}


@dataclass(frozen=True)
class Asked:
    """A running server and what is known of its threats."""

    port: int
    facts: Facts

    def by(self, who: str) -> Client:
        return Client(self.port, self.facts.tokens[who])


def measured(
    plan: Plan, work: Path, rounds: int, say: Callable[[str], None]
) -> Iterator[Latency | Run]:
    """All of it, `rounds` times; the bulk answers once, because they change the threats."""
    installation, facts = installed(plan, work, say)
    with serving(installation) as port:
        asked = Asked(port, facts)
        _warm_up(asked, say)
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            for who in facts.tokens:
                yield from pages(asked, who)
                yield from look_ups(asked, who)
                yield from single(asked, who)
            yield at_once(asked)
            yield copied(installation, facts)
            for form in ("ndjson", "csv"):
                yield exported(asked, form)
        yield from answered(asked)


def pages(asked: Asked, who: str) -> Iterator[Latency]:
    """Pages of 1 000 from each depth on, each through the `next` of the one before."""
    facts, client = asked.facts, asked.by(who)
    largest = facts.kinds[0]
    filters: dict[str, tuple[dict[str, str], Callable[[tuple[int, str, str, int]], bool]]] = {
        "all current": ({}, lambda _: True),
        "claimed": ({"state": "claimed"}, lambda _: True),
        "one kind": ({"kind": largest[1]}, lambda kind: kind == largest),
        "one class": ({"class": "vulnerable"}, lambda kind: kind[2] == "vulnerable"),
        "changed in 3 days": (
            {"since": f"{facts.now - timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"},
            lambda _: True,
        ),
    }
    for name, (query, fits) in filters.items():
        sizes = [(kind[0], kind[3]) for kind in facts.kinds if fits(kind)]
        for depth in DEPTHS:
            address = _page_address(asked, who, query, sizes, depth)
            seconds: list[float] = []
            ids: set[str] = set()
            held, before = 0, accounts()
            while address and len(seconds) < IN_A_ROW:
                got = client.get(address)
                seconds.append(got.seconds)
                page = json.loads(got.body)
                held += len(page["items"])
                ids |= {item["threat_id"] for item in page["items"]}
                address = page["next"]
            if len(ids) < held:
                raise CommandError("a wrong result: pages that follow one another overlap")
            yield Latency(
                PAGES, f"{name}, at {depth:.0%}", who, tuple(seconds), held, cpu_since(before)
            )
    client.close()


def look_ups(asked: Asked, who: str) -> Iterator[Latency]:
    """By address: where something is wrong, whose ever, then as it was, then nowhere."""
    client, facts = asked.by(who), asked.facts
    then = f"{facts.now - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    for name, known in facts.addresses.items():
        for when in ("", then):
            found = random.sample(known, min(LOOKED_UP, len(known)))
            case = f"{name}{', a month ago' if when else ''}"
            one = _look_up(client, case, who, found, when)
            if name.startswith("own") and not (when or one.threats):
                raise CommandError(f"a wrong result: no threats on {found[0]} for {who}")
            yield one
    for family, form in UNLIKE_ANY.items():
        unknown = [form.format(*divmod(n, 256)) for n in random.sample(range(65536), LOOKED_UP)]
        yield _look_up(client, f"nobody's {family}", who, unknown, "")
    client.close()


def single(asked: Asked, who: str) -> Iterator[Latency]:
    """By id: there, another organisation's, and not there."""
    client, ids = asked.by(who), asked.facts.ids
    sorts = {
        "own": (ids["own"], 200),
        "another's": (ids["others"], 200 if who == "analyst" else 404),
        "unknown": ([str(uuid4()) for _ in range(LOOKED_UP)], 404),
    }
    for case, (known, status) in sorts.items():
        found = random.sample(known, min(LOOKED_UP, len(known)))
        before = accounts()
        seconds = tuple(client.get(f"{API}/threats/{one}", status).seconds for one in found)
        threats = len(found) if status == 200 else 0
        yield Latency("threat by id", case, who, seconds, threats, cpu_since(before))
    client.close()


def at_once(asked: Asked) -> Latency:
    """Four callers who look addresses up at the same time."""
    known = asked.facts.addresses["own v4"]

    def one(_: int) -> Latency:
        client = asked.by("member")
        found = random.sample(known, min(LOOKED_UP, len(known)))
        done = _look_up(client, "", "", found, "")
        client.close()
        return done

    before = accounts()
    with ThreadPoolExecutor(AT_ONCE) as callers:
        done = list(callers.map(one, range(AT_ONCE)))
    cpu, threats = cpu_since(before), sum(each.threats for each in done)
    seconds = tuple(took for each in done for took in each.seconds)
    return Latency(LOOK_UPS, f"own v4, {AT_ONCE} at once", "member", seconds, threats, cpu)


def exported(asked: Asked, form: str) -> Run:
    """All threats of the large organisation; counted and thrown away."""
    client = asked.by("member")
    lines, size, end = 0, 0, b""
    with Followed() as followed:
        for block in client.stream(f"{API}/threats.{form}?state=all"):
            lines += block.count(b"\n")
            size += len(block)
            end = (end + block)[-100:]
    client.close()
    rows = lines - (1 if form == "ndjson" else 2)
    if rows != asked.facts.held or str(rows).encode() not in end:
        raise CommandError(f"a wrong result: {rows} rows ({end!r}), not {asked.facts.held}")
    return _stream(f"export, {form}", TOCSIN, rows, followed)


def copied(installation: Installation, facts: Facts) -> Run:
    """The floor: PostgreSQL's COPY of the same rows as they are, thrown away."""
    with Followed() as followed:
        told = json.loads(population(installation, "copy", str(facts.organisation)))
    if told["rows"] < facts.held:
        raise CommandError(f"a wrong result: {told['rows']} rows, not {facts.held}")
    followed.seconds = told["seconds"]
    return _stream("export, ndjson", FLOOR, told["rows"], followed)


def answered(asked: Asked) -> Iterator[Run]:
    """A hundred thousand threats are said to be fixed, and then, as a CSV, acknowledged."""
    client = asked.by("member")
    body = b"".join(client.stream(f"{API}/threats.ndjson?state=open"))
    ids = [json.loads(line)["threat_id"] for line in body.splitlines()[:-1]][:ANSWERED]
    rows = [{"threat_id": one, "statement": "fixed", "comment": "reinstalled"} for one in ids]
    lines = "\n".join(["threat_id,status,comment", *(f"{one},acknowledged,seen" for one in ids)])
    bodies = {"application/json": json.dumps(rows).encode(), "text/csv": lines.encode()}
    for media, sent in bodies.items():
        with Followed() as followed:
            got = json.loads(client.post(f"{API}/answers", media, sent).body)
        if got["taken"] != len(ids) or got["refused"]:
            raise CommandError(f"a wrong result: {got['taken']} of {len(ids)} answers were taken")
        yield _stream(f"answers, {media.partition('/')[2]}", TOCSIN, len(ids), followed)
    client.close()


def _warm_up(asked: Asked, say: Callable[[str], None]) -> None:
    """Each of the server's threads connects to the database and loads what it keeps."""

    def visit(who: str) -> float:
        client = asked.by(who)
        took = client.get(f"{API}/threats?limit={LIMIT}").seconds
        for _ in range(5):
            client.get(f"{API}/threats?limit={LIMIT}")
            client.get(f"{API}/lookup?address=192.0.2.1")
            client.get(f"{API}/threats/{uuid4()}", 404)
        client.close()
        return took

    with ThreadPoolExecutor(AT_ONCE) as callers:
        took = max(callers.map(visit, [*asked.facts.tokens] * AT_ONCE))
    say(f"the slowest first page of a new connection took {took:.2f} s")


def cursor_at(
    path: str, query: dict[str, str], organisation: int | None, place: tuple[int, UUID]
) -> str:
    """As the server would sign it, where a page of this list ends at the place."""
    chosen = sorted([name, value] for name, value in query.items())
    content = [[path, chosen, organisation], [place[0], str(place[1])]]
    text: str = Signer(key=SECRET, salt=CURSORS, fallback_keys=[]).sign_object(content)
    return text


def _page_address(
    asked: Asked, who: str, query: dict[str, str], sizes: list[tuple[int, int]], depth: float
) -> str:
    """The page that begins at a depth."""
    path = f"{API}/threats"
    asks = {**query, "limit": str(LIMIT)}
    if depth:
        whose = asked.facts.organisation if who == "member" else None
        asks["cursor"] = cursor_at(path, query, whose, place(sizes, depth))
    return f"{path}?{urlencode(asks)}"


def _look_up(client: Client, case: str, who: str, addresses: list[str], at: str) -> Latency:
    seconds, threats, before = [], 0, accounts()
    for one in addresses:
        query = {"address": one} | ({"at": at} if at else {})
        got = client.get(f"{API}/lookup?{urlencode(query)}")
        seconds.append(got.seconds)
        threats += len(json.loads(got.body)["threats"])
    return Latency(LOOK_UPS, case, who, tuple(seconds), threats, cpu_since(before))


def _stream(case: str, contender: str, rows: int, followed: Followed) -> Run:
    usage = Usage(followed.seconds, followed.cpu, max(followed.series), followed.database)
    return Run(case, contender, rows, usage, 0, followed.growth)
