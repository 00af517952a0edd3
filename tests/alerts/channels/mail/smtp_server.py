"""A mail server for tests that answers as told."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Handler:
    """Keeps what it accepts.  `replies`: what to answer to a verb instead of accepting; `script`:
    the same for the mails to come, one after the other, as (verb, reply).

    To DATA, `hang up` is an answer too, after accepting with `accept and hang up`.  `most`: so
    many mails a connection, then it is closed.  `delay`: seconds before the last word.
    """

    replies: dict[str, str] = field(default_factory=dict)
    received: list[Envelope] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    script: list[tuple[str, str]] = field(default_factory=list)
    most: int = 0
    delay: float = 0
    per_session: Counter[int] = field(default_factory=Counter)

    def _reply(self, verb: str, otherwise: str) -> str:
        if self.script and self.script[0][0] == verb:
            return self.script.pop(0)[1]
        return self.replies.get(verb, otherwise)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("MAIL", "250 OK")
        if reply.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        if reply.startswith("421") and server.transport:
            server.transport.close()
        return reply

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("RCPT", "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.sessions.add(id(session))
        self.per_session[id(session)] += 1
        reply = self._reply("DATA", "250 taken")
        await asyncio.sleep(self.delay)
        if reply.startswith(("250", "accept")):
            self.received.append(envelope)
        if reply.endswith("hang up") and server.transport:
            server.transport.close()
        if self.per_session[id(session)] == self.most and server.transport:
            asyncio.get_running_loop().call_soon(server.transport.close)
        return reply

    @property
    def mails(self) -> list[bytes]:
        return [one.content for one in self.received if isinstance(one.content, bytes)]


def only_jo(server: SMTP, session: Session, envelope: Envelope, way: str, data: Any) -> AuthResult:
    return AuthResult(success=data.login == b"jo" and data.password == b"secret")


@contextmanager
def smtp_server(handler: Handler, **options: Any) -> Iterator[int]:
    """Runs on a free port of this machine until the block ends; the port."""
    controller = Controller(handler, hostname="127.0.0.1", port=0, **options)
    controller.port = free_port()
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
