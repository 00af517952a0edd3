"""Answers: JSON with an ETag, 304 where the reader has it already, writes that happen once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from tocsin.access import kept_replies
from tocsin.access.kept_replies import KeyInUseError, KeyReusedError
from tocsin.web.api.door import JSON, Call
from tocsin.web.api.problems import Problem

LONGEST_KEY = 255
PRIVATE = "private, no-cache"  # asked for again each time, with If-None-Match


@dataclass(frozen=True)
class Reply:
    """What an operation answers: a model, JSON as bytes, or nothing (204).

    `kept`: what to answer instead when the Idempotency-Key comes again, for a content that is
    shown once and must not be stored.
    """

    content: BaseModel | bytes | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = JSON
    kept: BaseModel | None = None

    @property
    def body(self) -> bytes:
        if isinstance(self.content, BaseModel):
            return self.content.model_dump_json(by_alias=True).encode()
        return self.content or b""


def tag_of(body: bytes) -> str:
    """A strong ETag: the same bytes, the same tag."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def as_read(request: HttpRequest, reply: Reply) -> HttpResponse:
    """The answer to a GET; 304 if the caller named its ETag."""
    body = reply.body
    headers = {"Cache-Control": PRIVATE, "ETag": tag_of(body), **reply.headers}
    if _named(request.headers.get("If-None-Match", ""), headers["ETag"]):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, status=reply.status, content_type=reply.media, headers=headers)


def as_written(reply: Reply) -> HttpResponse:
    """The answer to a write; what it made or changed comes with its ETag."""
    body = reply.body
    headers = {"Cache-Control": "no-store", **reply.headers}
    if body and reply.status in (200, 201):
        headers.setdefault("ETag", tag_of(body))
    response = HttpResponse(body, status=reply.status, headers=headers)
    if body:
        response.headers["Content-Type"] = reply.media
    else:
        del response.headers["Content-Type"]
    return response


def must_match(request: HttpRequest, current: BaseModel) -> None:
    """Raises the problem of 412 if the caller's If-Match names another state than this one."""
    wanted = request.headers.get("If-Match", "")
    tag = tag_of(current.model_dump_json(by_alias=True).encode())
    if wanted and not _named(wanted, tag, weakly=False):
        raise Problem("precondition-failed", headers={"ETag": tag})


def claim(request: Call, key: str) -> int | HttpResponse:
    """Under which number to keep the reply, or the one that was given before."""
    caller = request.auth
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Problem("bad-request", "An Idempotency-Key is 1 to 255 printable characters.")
    try:
        kept = kept_replies.claim(
            caller.person, caller.organisation, key, _digest(request), datetime.now(UTC)
        )
    except KeyInUseError:
        raise Problem("key-in-use", headers={"Retry-After": "5"}) from None
    except KeyReusedError:
        raise Problem("key-reused") from None
    if isinstance(kept, int):
        return kept
    return HttpResponse(
        kept.body, status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"}
    )


def keep(number: int, response: HttpResponse) -> None:
    headers = dict(response.headers)
    kept_replies.keep(number, kept_replies.Reply(response.status_code, headers, response.content))


def _digest(request: Call) -> bytes:
    """Of everything that says what is asked for."""
    parts: list[Any] = [request.method, request.get_full_path(), request.content_type]
    digest = sha256("\0".join(map(str, parts)).encode())
    digest.update(request.body)
    return digest.digest()


def _named(header: str, tag: str, weakly: bool = True) -> bool:
    """RFC 9110: `*`, or a list of tags; If-None-Match takes a weak one for its strong twin."""
    tags = [each.strip() for each in header.split(",")]
    if weakly:
        tags = [each.removeprefix("W/") for each in tags]
    return tag in tags or tags == ["*"]
