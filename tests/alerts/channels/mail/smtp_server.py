"""A mail server for tests that answers as told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Handler:
    """Keeps what it accepts.  `replies`: what to answer to a verb instead of accepting."""

    replies: dict[str, str] = field(default_factory=dict)
    received: list[Envelope] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" not in self.replies:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" not in self.replies:
            envelope.rcpt_tos.append(address)
        return self.replies.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.sessions.add(id(session))
        reply = self.replies.get("DATA", "250 taken")
        if reply.startswith("250"):
            self.received.append(envelope)
        if reply == "hang up" and server.transport:
            server.transport.close()
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
