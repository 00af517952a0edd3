"""A mail as bytes, parted into the headers that travel outside and the entity to be protected."""

import re
from base64 import encodebytes
from dataclasses import dataclass
from hashlib import sha256

_FIELD = re.compile(rb"[^\s:]+:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")
_CONTENT = re.compile(rb"(?i)(content-|mime-version)")
_SUBJECT = re.compile(rb"(?i)subject:")


@dataclass(frozen=True, slots=True)
class Entity:
    """`outer`: header fields about the mail; `content`: those about its content; `body`."""

    outer: bytes
    content: bytes
    body: bytes

    @property
    def signable(self) -> bytes:
        """What a signature covers (RFC 1847): without the line end before the next boundary."""
        return (self.content + b"\r\n" + self.body).removesuffix(b"\r\n")

    def wrapped(self, content_type: str, body: bytes) -> "Entity":
        """The same mail around another content."""
        return Entity(self.outer, f"Content-Type: {content_type}\r\n".encode(), body)

    def multipart(self, content_type: str, *parts: bytes) -> "Entity":
        boundary = f"=_{sha256(self.outer).hexdigest()[:32]}"
        edge = f"--{boundary}".encode()
        body = b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"
        return self.wrapped(f'{content_type};\r\n boundary="{boundary}"', body)

    def with_hidden_subject(self, shown: str) -> "Entity":
        """The subject moved inside, for programs that show it from there once decrypted; outside
        only `shown`."""
        fields = _FIELD.findall(self.outer)
        subject = next(field for field in fields if _SUBJECT.match(field))
        outside = [f"Subject: {shown}\r\n".encode() if f is subject else f for f in fields]
        inside = re.sub(
            rb"(?i)^(content-type:.*?)\r\n(?![ \t])",
            rb'\1;\r\n protected-headers="v1"\r\n',
            self.content,
            count=1,
            flags=re.DOTALL | re.MULTILINE,
        )
        return Entity(b"".join(outside), subject + inside, self.body)

    def __bytes__(self) -> bytes:
        return self.outer + b"MIME-Version: 1.0\r\n" + self.content + b"\r\n" + self.body


def parted(mail: bytes) -> Entity:
    """Part a mail with CRLF line ends."""
    head, _, body = mail.partition(b"\r\n\r\n")
    fields = _FIELD.findall(head + b"\r\n")
    content = [f for f in fields if _CONTENT.match(f) and not f.lower().startswith(b"mime-")]
    outer = [f for f in fields if not _CONTENT.match(f)]
    return Entity(b"".join(outer), b"".join(content), body)


def base64_part(headers: str, data: bytes) -> bytes:
    """A part with its headers (one a line) and base64 body, without the last line end."""
    lines = "\r\n".join([*headers.splitlines(), "Content-Transfer-Encoding: base64"])
    return lines.encode() + b"\r\n\r\n" + base64_lines(data)


def base64_lines(data: bytes) -> bytes:
    return encodebytes(data).rstrip(b"\n").replace(b"\n", b"\r\n")
