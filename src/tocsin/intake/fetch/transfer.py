"""HTTP as fetching needs it: TLS, bounded sizes and redirects, retries, and silence on secrets."""

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPMessage
from typing import IO, BinaryIO
from urllib.parse import urlsplit

from tocsin.intake.fetch.items import FetchError

CHUNK = 1 << 16
REDIRECTS = 3
LONGEST_WAIT = 60.0
_AGAIN = {429, 500, 502, 503, 504}
_PRIVATE_HEADERS = ("Authorization", "Hmac2", "Cookie")


@dataclass(frozen=True)
class Rules:
    """`timeout` in seconds per network step, `limit` in bytes per answer, `tries` in all."""

    timeout: float = 45.0
    limit: int = 1 << 30
    tries: int = 4
    allow_http: bool = False
    ca_file: str = ""
    sleep: Callable[[float], object] = time.sleep


@dataclass(frozen=True)
class Question:
    """One request.  `what` names it in messages: an address may itself be a credential."""

    what: str
    url: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    redirects: int = REDIRECTS


class Answer:
    """An open answer: `status`, `headers`, and its body once."""

    def __init__(self, what: str, raw: http.client.HTTPResponse, limit: int) -> None:
        self.what = what
        self.status = raw.status
        self.headers = raw.headers
        self._raw = raw
        self._limit = limit

    def write_to(self, target: BinaryIO) -> int:
        """Copies the body and gives its length; raises FetchError if it is long or cut short."""
        announced = _length(self.headers)
        if announced is not None and announced > self._limit:
            raise FetchError(f"{self.what}: {announced} bytes are over the limit of {self._limit}")
        got = 0
        try:
            with self._raw:
                while chunk := self._raw.read(CHUNK):
                    got += len(chunk)
                    if got > self._limit:
                        raise FetchError(f"{self.what}: over the limit of {self._limit} bytes")
                    target.write(chunk)
        except (OSError, http.client.HTTPException) as error:
            raise FetchError(f"{self.what}: broken off after {got} bytes ({_why(error)})") from None
        if announced is not None and got < announced:
            raise FetchError(f"{self.what}: {announced} bytes were announced, {got} came")
        return got

    def close(self) -> None:
        self._raw.close()


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows few redirects, only to https, and tells credentials to the first host alone."""

    def __init__(self, question: Question, allow_http: bool) -> None:
        self._left = question.redirects
        self._allow_http = allow_http

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        self._left -= 1
        if self._left < 0:
            raise FetchError("too many redirects")
        check_address("a redirect", newurl, self._allow_http)
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        if following and urlsplit(newurl).netloc != urlsplit(req.full_url).netloc:
            for name in _PRIVATE_HEADERS:
                following.headers.pop(name, None)
        return following


def check_address(what: str, url: str, allow_http: bool) -> None:
    """Refuses what is not https (or http, where allowed) with a host."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (allow_http and parts.scheme == "http"):
        if parts.hostname:
            return
        raise FetchError(f"{what}: the address has no host")
    raise FetchError(
        f"{what}: an address that starts with “{parts.scheme}:” is refused",
        "use https; plain http only where allow_http = true is set and the network is trusted",
    )


def ask(question: Question, rules: Rules) -> Answer:
    """Opens the answer, trying again after passing failures; 304 is an answer like another."""
    check_address(question.what, question.url, rules.allow_http)
    for attempt in range(rules.tries):
        wait = min(2.0**attempt, LONGEST_WAIT)
        try:
            return Answer(question.what, _open(question, rules), rules.limit)
        except urllib.error.HTTPError as error:
            with error:
                failure = f"HTTP status {error.code}"
                if error.code not in _AGAIN:
                    break
                wait = _retry_after(error.headers, wait)
        except (OSError, http.client.HTTPException) as error:
            failure = _why(error)
        except FetchError as error:
            raise FetchError(f"{question.what}: {error}", error.hint) from None
        if attempt + 1 < rules.tries:
            rules.sleep(wait)
    # `from None`: the error below holds the address.
    raise FetchError(f"{question.what}: {failure}") from None


def _open(question: Question, rules: Rules) -> http.client.HTTPResponse:
    request = urllib.request.Request(  # noqa: S310  (the scheme was checked)
        question.url, data=question.body, headers={"User-Agent": "Tocsin", **question.headers}
    )
    context = ssl.create_default_context(cafile=rules.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=context), _Redirects(question, rules.allow_http)
    )
    try:
        answer: http.client.HTTPResponse = opener.open(request, timeout=rules.timeout)
    except urllib.error.HTTPError as error:
        if error.code == http.client.NOT_MODIFIED and isinstance(
            error.fp, http.client.HTTPResponse
        ):
            return error.fp
        raise
    return answer


def _length(headers: HTTPMessage) -> int | None:
    text = headers.get("Content-Length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _retry_after(headers: Message, otherwise: float) -> float:
    text = headers.get("Retry-After", "")
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdigit() else otherwise


def _why(error: BaseException) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({reason.verify_message})"
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return type(reason).__name__
