"""A small IMAP server on loopback: enough of RFC 3501 and 6851 to be fetched from."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mail:
    body: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class MailServer:
    """`folders`: UID to mail.  `capabilities` as announced.  `size_lie` is added to each size."""

    folders: dict[str, dict[int, Mail]]
    port: int = 0
    validity: int = 7
    capabilities: str = "IMAP4rev1 MOVE UIDPLUS"
    commands: list[str] = field(default_factory=list)
    size_lie: int = 0
    next_uid: int = 1000


class _Session(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self.state = self.server.state
        self.folder: dict[int, Mail] = {}
        self.say(f"* OK [CAPABILITY {self.state.capabilities}] ready")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.state.commands.append(command)
            words = re.findall(r'"[^"]*"|\([^)]*\)|\S+', command)
            verb = words[0].upper()
            if verb == "UID":
                verb = f"UID_{words[1].upper()}"
                words = words[1:]
            answer = getattr(self, f"on_{verb.lower()}")(*words[1:])
            self.say(f"{tag} {answer or 'OK done'}")
            if verb == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def on_capability(self) -> None:
        self.say(f"* CAPABILITY {self.state.capabilities}")

    def on_login(self, user: str, password: str) -> str | None:
        return None if password.strip('"') == "let-me-in" else f"NO wrong password {password}"

    def on_select(self, name: str) -> str | None:
        found = self.state.folders.get(name.strip('"'))
        if found is None:
            return "NO no such folder"
        self.folder = found
        self.say(f"* {len(found)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.state.validity}] valid")
        return None

    on_examine = on_select

    def on_uid_search(self, *criteria: str) -> None:
        found = [str(n) for n, mail in self.folder.items() if "\\Deleted" not in mail.flags]
        self.say(" ".join(["* SEARCH", *found]))

    def on_uid_fetch(self, uid: str, what: str) -> None:
        mail = self.folder.get(int(uid))
        if mail is None:
            return
        if "SIZE" in what:
            size = len(mail.body) + self.state.size_lie
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {size})")
            return
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(mail.body)}}}\r\n".encode())
        self.wfile.write(mail.body + b")\r\n")

    def on_uid_store(self, uid: str, how: str, flags: str) -> None:
        self.folder[int(uid)].flags.update(flags.strip("()").split())

    def on_uid_copy(self, uid: str, name: str) -> str | None:
        target = self.state.folders.get(name.strip('"'))
        if target is None:
            return "NO [TRYCREATE] no such folder"
        self.state.next_uid += 1
        target[self.state.next_uid] = Mail(self.folder[int(uid)].body)
        return None

    def on_uid_move(self, uid: str, name: str) -> str | None:
        failed = self.on_uid_copy(uid, name)
        if not failed:
            del self.folder[int(uid)]
        return failed

    def on_uid_expunge(self, uid: str) -> None:
        del self.folder[int(uid)]

    def on_logout(self) -> None:
        self.say("* BYE")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    state: MailServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is part of the tests."""


@contextmanager
def mail_server(state: MailServer, context: ssl.SSLContext) -> Iterator[MailServer]:
    server = _Server(("127.0.0.1", 0), _Session)
    server.state = state
    server.socket = context.wrap_socket(server.socket, server_side=True)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
