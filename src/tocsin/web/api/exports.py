"""Everything an organisation may see, streamed."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from django.http import StreamingHttpResponse
from ninja import Query

from tocsin.access.scopes import Scope
from tocsin.threats.exports import Form, exported
from tocsin.web.api.door import Call
from tocsin.web.api.problems import TITLES, Problem
from tocsin.web.api.resource import Resource, scope_of
from tocsin.web.api.threats import READERS, ThreatFilter, wanted

# Each holds a thread of the server for as long as its reader takes: one for each organisation (and
# one for each of the staff), so that nobody's slow reader keeps the others out.
AT_ONCE = 4
MEDIA = {Form.CSV: "text/csv", Form.NDJSON: "application/x-ndjson"}
ABOUT = """Everything that fits the filters, in one answer without pages, in no particular order.

The last line says that it is complete: {end}. An answer without it was broken off; one that ends
in {error} failed."""
ENDS = {
    Form.CSV: (b"#end,%d\n", b"#error,%s\n"),
    Form.NDJSON: (b'{"end":true,"rows":%d}\n', b'{"error":"%s"}\n'),
}
SHOWN_ENDS = {
    Form.CSV: ("a row `#end` with the number of rows", "a row `#error`"),
    Form.NDJSON: ('`{"end": true, "rows": …}`', '`{"error": …}`'),
}

log = logging.getLogger(__name__)
router = Resource("Exports")
_slots = threading.BoundedSemaphore(AT_ONCE)
_readers: set[tuple[str, int]] = set()
_turn = threading.Lock()


def _about(form: Form) -> str:
    end, error = SHOWN_ENDS[form]
    return ABOUT.format(end=end, error=error)


@router.read(
    "/threats.csv", roles=READERS, scope=Scope.THREATS_READ, gives=(MEDIA[Form.CSV],),
    description=_about(Form.CSV),
)  # fmt: skip
def export_threats_csv(request: Call, filters: Query[ThreatFilter]) -> StreamingHttpResponse:
    return _streamed(request, filters, Form.CSV)


@router.read(
    "/threats.ndjson", roles=READERS, scope=Scope.THREATS_READ, gives=(MEDIA[Form.NDJSON],),
    description=_about(Form.NDJSON),
)  # fmt: skip
def export_threats_ndjson(request: Call, filters: Query[ThreatFilter]) -> StreamingHttpResponse:
    return _streamed(request, filters, Form.NDJSON)


def streamed(
    reader: tuple[str, int],
    scope: Callable[[], AbstractContextManager[None]],
    blocks: Callable[[], Iterator[tuple[int, bytes]]],
    form: Form,
    name: str,
) -> StreamingHttpResponse | None:
    """An answer of all blocks, each with how many rows are in it, and the line that ends them.

    `reader`: who may have one at a time; None while they have.  `scope`: the rows are read in one
    of their own, after the request's transaction.
    """
    if not _admit(reader):
        return None
    response = StreamingHttpResponse(
        _ended(scope, blocks, form), content_type=f"{MEDIA[form]}; charset=utf-8"
    )
    response._resource_closers.append(_once(lambda: _let_go(reader)))  # type: ignore[attr-defined]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _streamed(request: Call, filters: ThreatFilter, form: Form) -> StreamingHttpResponse:
    chosen = wanted(request, filters)
    response = streamed(
        _reader(request),
        lambda: scope_of(request.auth),
        lambda: exported(chosen, form),
        form,
        "threats",
    )
    if response is None:
        raise Problem("too-many-requests", "Another export is running.", {"Retry-After": "10"})
    return response


def _reader(request: Call) -> tuple[str, int]:
    caller = request.auth
    if caller.organisation is None:
        return "person", caller.person
    return "organisation", caller.organisation


def _admit(reader: tuple[str, int]) -> bool:
    with _turn:
        if reader in _readers or not _slots.acquire(blocking=False):
            return False
        _readers.add(reader)
        return True


def _let_go(reader: tuple[str, int]) -> None:
    with _turn:
        _readers.discard(reader)
        _slots.release()


def _ended(
    scope: Callable[[], AbstractContextManager[None]],
    blocks: Callable[[], Iterator[tuple[int, bytes]]],
    form: Form,
) -> Iterator[bytes]:
    end, failed = ENDS[form]
    number = 0
    try:
        with scope():
            for rows, block in blocks():
                number += rows
                yield block
    except Exception:
        log.exception("An export failed after %d rows", number)
        _, title = TITLES["internal"]
        yield failed % title.encode()
        return
    yield end % number


def _once(release: Callable[[], None]) -> Callable[[], None]:
    done = threading.Lock()

    def closer() -> None:
        if done.acquire(blocking=False):
            release()

    return closer
