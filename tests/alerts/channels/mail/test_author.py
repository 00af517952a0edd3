"""Who a mail is from, and how many ways of pretending there are."""

from email import message_from_bytes

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tocsin.alerts.channels.mail.author import Proof, aligned, plain, proof_of

OURS = "mx.cert.example"
DESK = "abuse@nordwind.example"
KEY = generate_private_key(65537, 2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PUBLIC = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_of(name: bytes, timeout: int = 5) -> bytes | None:
    from base64 import b64encode

    return b"v=DKIM1; p=" + b64encode(PUBLIC) if name.startswith(b"good.") else None


def proof(*headers: str, body: str = "Hello.", server: str = "") -> Proof:
    raw = ("\r\n".join(headers) + f"\r\n\r\n{body}\r\n").encode()
    return proof_of(raw, message_from_bytes(raw), server, key_of)


def signed(domain: str, selector: str = "good", **how: object) -> bytes:
    raw = f"From: {DESK}\r\nSubject: x\r\n\r\nfixed\r\n".encode()
    header: bytes = dkim.sign(raw, selector.encode(), domain.encode(), PEM, **how)
    return header + raw


def proof_of_raw(raw: bytes) -> Proof:
    return proof_of(raw, message_from_bytes(raw), "", key_of)


@pytest.mark.parametrize(
    "line",
    [
        DESK,
        f"Abuse Desk <{DESK}>",
        "ABUSE@Nordwind.EXAMPLE",
        f'"Desk, Abuse" <{DESK}>',
        f'"{DESK}" <{DESK}>',
        f"=?utf-8?q?J=C3=B6?= <{DESK}>",
        f"Jo (the desk) <{DESK}>",
        f"Jo\r\n <{DESK}>",
    ],
)
def test_one_plain_author_is_taken_as_such(line: str) -> None:
    assert proof(f"From: {line}") == Proof(DESK)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (f"From: {DESK}", "From: evil@x.example"),
        ("From: evil@x.example", f"From: {DESK}"),
        (f"From: {DESK}, evil@x.example",),
        (f"From: desk: {DESK};",),
        (f'From: "{DESK}" <evil@x.example>',),
        (f"From: {DESK} <evil@x.example>",),
        (f"From: <{DESK}> <evil@x.example>",),
        ("From: =?utf-8?q?abuse=40nordwind=2Eexample?= <evil@x.example>",),
        ("From: <>",),
        ("From: undisclosed-recipients:;",),
        ("From: abuse",),
        ("From: \xff\xfe",),
        (f"From: {DESK}\0",),
        (f"From: evil@x.example <{DESK}",),
    ],
)
def test_anything_but_one_plain_author_is_doubted(lines: tuple[str, ...]) -> None:
    assert proof(*lines, "Subject: x").doubt


def test_only_the_from_line_counts() -> None:
    found = proof("From: evil@x.example", f"Reply-To: {DESK}", f"Sender: {DESK}")
    assert found == Proof("evil@x.example")


RESULTS = f"Authentication-Results: {OURS};"


@pytest.mark.parametrize(
    "said",
    [
        "dmarc=pass header.from=nordwind.example",
        "dkim=pass (2048 bit; x) header.d=nordwind.example header.s=a; spf=fail",
        "dkim=fail header.d=other.example; dkim=pass header.i=@mail.nordwind.example",
        f"spf=pass smtp.mailfrom={DESK}",
        "spf=pass smtp.mailfrom=nordwind.example",
    ],
)
def test_our_own_servers_word_is_enough(said: str) -> None:
    assert not proof(f"{RESULTS} {said}", f"From: {DESK}", server=OURS).doubt


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (f"{RESULTS} none",),
        (f"{RESULTS} dkim=fail header.d=nordwind.example",),
        (f"{RESULTS} dkim=pass header.d=evil.example",),
        (f"{RESULTS} dkim=pass header.d=notnordwind.example",),
        (f"{RESULTS} dkim=pass header.d=example",),
        (f"{RESULTS} spf=pass smtp.mailfrom=evil.example",),
        (f"{RESULTS} spf=softfail smtp.mailfrom=nordwind.example",),
        (f"{RESULTS} x=y (dkim=pass header.d=nordwind.example)",),
        ("Authentication-Results: other.example; dmarc=pass header.from=nordwind.example",),
        (f"Authentication-Results: x{OURS}; dmarc=pass header.from=nordwind.example",),
        (
            f"{RESULTS} dmarc=fail header.from=nordwind.example",
            "Received: from evil by ours",
            f"{RESULTS} dmarc=pass header.from=nordwind.example",
        ),
    ],
)
def test_without_it_nothing_is_believed(headers: tuple[str, ...]) -> None:
    assert proof(*headers, f"From: {DESK}", server=OURS).doubt


def test_a_good_signature_of_the_authors_domain_holds() -> None:
    assert proof_of_raw(signed("nordwind.example")) == Proof(DESK)
    assert proof_of_raw(signed("mail.nordwind.example")) == Proof(DESK)


@pytest.mark.parametrize(
    "raw",
    [
        signed("nordwind.example").replace(b"fixed", b"broken"),
        signed("nordwind.example").replace(DESK.encode(), b"chief@nordwind.example"),
        signed("nordwind.example", "gone"),
        signed("nordwind.example", length=True) + b"and more",
        signed("nordwind.example", length=True),
        b"DKIM-Signature: nonsense\r\n" + f"From: {DESK}\r\n\r\nfixed\r\n".encode(),
    ],
    ids=["body", "author", "no key", "appended", "length", "nonsense"],
)
def test_a_signature_that_does_not_hold_is_refused(raw: bytes) -> None:
    assert proof_of_raw(raw).doubt


def test_somebody_elses_good_signature_is_as_none() -> None:
    """Mailing services sign as well; then only the delivery's token speaks for the mail."""
    assert proof_of_raw(signed("service.example")) == Proof(DESK)


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("a.example", "a.example", True),
        ("b.a.example", "a.example", True),
        ("a.example", "b.a.example", True),
        ("ba.example", "a.example", False),
        ("example", "a.example", False),
        ("", "a.example", False),
    ],
)
def test_domains_are_aligned_when_one_holds_the_other(one: str, other: str, are: bool) -> None:
    assert aligned(one, other) is are


def test_addresses_are_compared_in_one_form() -> None:
    assert plain("Jo@Bücher.example") == plain("jo@xn--bcher-kva.example")
    assert plain("no address") == ""
