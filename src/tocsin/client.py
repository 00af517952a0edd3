"""A client of Tocsin's API in one file, with nothing but Python's own library: copy it freely.

tocsin = Tocsin("https://tocsin.authority.example", token)
for threat in tocsin.threats(severity="high"):
    print(threat["threat_id"], threat["affected"])
tocsin.answer([{"threat_id": "…", "statement": "fixed", "comment": "reinstalled"}])
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

BASE = "/api/v1"
TRIES = 5
LONGEST_WAIT = 60.0  # seconds
AGAIN = {429, 502, 503, 504}


class ApiError(Exception):
    """What the API refused; `problem` is its problem detail (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title')}")
        self.status = status
        self.problem = problem


class BrokenOffError(Exception):
    """An export ended before it was complete."""


class Tocsin:
    """`url`: where Tocsin is, without a path; `token`: as it was shown when it was made."""

    def __init__(self, url: str, token: str, timeout: float = 60.0) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self.timeout = timeout

    def threats(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """All that fit, page by page; see `GET /threats` for the filters."""
        return self.pages("/threats", **filters)

    def threat(self, threat_id: str) -> Any:
        return self.get(f"/threats/{threat_id}")

    def lookup(self, address: str, at: str = "") -> Any:
        return self.get("/lookup", address=address, **({"at": at} if at else {}))

    def answer(self, answers: Sequence[Mapping[str, Any]]) -> Any:
        """Up to 100 000 at once; safe to call again after an error, and retried by itself."""
        return self.write("POST", "/answers", answers)

    def export(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """Every threat that fits, streamed.  Raises `BrokenOffError` if it was cut short."""
        with self._ask("GET", self._address("/threats.ndjson", filters)) as lines:
            for line in lines:
                row: dict[str, Any] = json.loads(line)
                if row.get("end"):
                    return
                if "threat_id" not in row:
                    break
                yield row
        raise BrokenOffError("the export is not complete: ask again")

    def pages(self, path: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """The items of a list, following `next`."""
        address: str | None = self._address(path, {"limit": 1000, **filters})
        while address:
            with self._ask("GET", address) as answer:
                page = json.load(answer)
            yield from page["items"]
            address = page["next"]

    def get(self, path: str, **query: Any) -> Any:
        with self._ask("GET", self._address(path, query)) as answer:
            return json.load(answer)

    def write(self, method: str, path: str, body: Any) -> Any:
        """Sent again after a failure with the same key, so that it happens once."""
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        with self._ask(method, self._address(path, {}), data, headers) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def _address(self, path: str, query: Mapping[str, Any]) -> str:
        named = urllib.parse.urlencode(query, doseq=True)
        return f"{self.url}{BASE}{path}" + (f"?{named}" if named else "")

    def _ask(
        self, method: str, address: str, data: bytes | None = None, headers: Any = None
    ) -> Any:
        for attempt in range(TRIES):
            request = urllib.request.Request(  # noqa: S310 (the caller's own address)
                address, data, {"Authorization": f"Bearer {self.token}", **(headers or {})},
                method=method,
            )  # fmt: skip
            last = attempt == TRIES - 1
            wait = 2.0**attempt
            try:
                return urllib.request.urlopen(request, timeout=self.timeout)  # noqa: S310
            except urllib.error.HTTPError as error:
                if last or error.code not in AGAIN:
                    raise ApiError(error.code, _problem(error)) from None
                wait = float(error.headers.get("Retry-After") or wait)
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                if last:
                    raise
            time.sleep(min(wait, LONGEST_WAIT))
        raise AssertionError("unreachable")


def _problem(error: urllib.error.HTTPError) -> Any:
    try:
        return json.load(error)
    except ValueError:
        return {"title": error.reason}
