"""Mails as an abuse mailbox gets them."""

import io
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tocsin.intake.containers import Member, open_members
from tocsin.intake.containers.mails import looks_like_mail, read

CSV = "timestamp,ip,asn,geo\n2026-03-02 10:00:00,192.0.2.1,64496,ZZ\n"
HEAD = "From: Reports <Reports@Feeds.Example>\nSubject: A report\nMessage-ID: <7@feeds.example>\n"


def mail(text: str = "See attached.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Reports <Reports@Feeds.Example>"
    message["Subject"] = "Shadowserver scan_rdp-land Report: 2026-03-02"
    message["Date"] = "Tue, 03 Mar 2026 07:25:31 +0100"
    message["Message-ID"] = "<7@feeds.example>"
    message.set_content(text)
    return message


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, CSV)
    return out.getvalue()


def members(tmp_path: Path, raw: bytes, name: str = "m.eml") -> list[Member]:
    (tmp_path / name).write_bytes(raw)
    return list(open_members(tmp_path / name))


def content(member: Member) -> str:
    with member.opener() as stream:
        return stream.read().decode().replace("\r\n", "\n")


@pytest.mark.parametrize("subtype", ["zip", "octet-stream"])
def test_a_zipped_attachment_whatever_it_claims_to_be(tmp_path: Path, subtype: str) -> None:
    message = mail()
    message.add_attachment(
        zipped("2026-03-02-scan_rdp-land-asn.csv"), "application", subtype, filename="report.bin"
    )
    (member,) = members(tmp_path, message.as_bytes(), "no-ending")
    assert content(member) == CSV
    assert member.name == "2026-03-02-scan_rdp-land-asn.csv"
    assert member.origin.endswith("no-ending!report.bin!2026-03-02-scan_rdp-land-asn.csv")
    assert member.mail is not None
    assert (member.mail.sender, member.mail.message_id) == (
        "reports@feeds.example",
        "<7@feeds.example>",
    )
    assert member.mail.date == datetime(2026, 3, 3, 6, 25, 31, tzinfo=UTC)


def test_several_plain_attachments_and_a_logo(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(CSV, "csv", filename="a.csv")
    message.add_attachment(CSV, "csv", filename="../../b.csv")
    message.add_attachment(b"GIF89a", "image", "gif", filename="logo.gif")
    assert [one.name for one in members(tmp_path, message.as_bytes())] == ["a.csv", "b.csv"]


def test_a_large_attachment_is_not_held_in_memory(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(CSV, "csv", filename="small.csv")
    message.add_attachment(CSV * 2000, "csv", filename="large.csv")
    small, large = members(tmp_path, message.as_bytes())
    assert content(small) == CSV
    assert content(large) == content(large) == CSV * 2000


def test_a_body_that_is_the_report(tmp_path: Path) -> None:
    (member,) = members(tmp_path, (HEAD + "\n" + CSV).encode())
    assert (member.name, content(member)) == ("body.txt", CSV)


def test_a_mail_with_nothing_but_a_link(tmp_path: Path) -> None:
    text = "The report is here:\nhttps://dl.feeds.example/abc123 (until Friday).\n"
    (member,) = members(tmp_path, mail(text).as_bytes())
    assert member.links == ("https://dl.feeds.example/abc123",)
    assert member.refused is not None
    assert member.refused.reason == "link-only-mail"


def test_a_mail_with_nothing(tmp_path: Path) -> None:
    (member,) = members(tmp_path, mail("Hello, are you there?").as_bytes())
    assert member.refused is not None
    assert member.refused.reason == "no-report-in-mail"


def test_a_forwarded_mail_keeps_its_own_envelope(tmp_path: Path) -> None:
    inner = mail()
    inner.add_attachment(CSV, "csv", filename="a.csv")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "desk@isp.example", "Fwd: report"
    outer["Message-ID"] = "<9@isp.example>"
    outer.set_content("For you.")
    outer.add_attachment(inner)
    (member,) = members(tmp_path, outer.as_bytes())
    assert member.name == "a.csv"
    assert member.mail is not None
    assert member.mail.sender == "reports@feeds.example"


def test_xarf_brings_its_evidence_along(tmp_path: Path) -> None:
    message = mail("Your server attacked ours.")
    message["X-XARF"] = "PLAIN"
    message.add_attachment("---\nReported-From: a@b.example\nSource: 192.0.2.1\n", filename="r.txt")
    message.add_attachment("x" * 100_000, filename="logfile.log")
    (member,) = members(tmp_path, message.as_bytes())
    assert member.name == "r.txt"
    assert [(one.name, len(one.text)) for one in member.companions] == [("logfile.log", 32 * 1024)]


def test_signatures_are_no_reports_and_encrypted_mails_are_refused(tmp_path: Path) -> None:
    signed = (
        HEAD + 'Content-Type: multipart/signed; boundary="b"\n\n--b\nContent-Type: text/csv;'
        f' name="a.csv"\n\n{CSV}\n--b\nContent-Type: application/pgp-signature; name="s.asc"\n\n'
        "-----BEGIN PGP SIGNATURE-----\n--b--\n"
    )
    assert [one.name for one in members(tmp_path, signed.encode())] == ["a.csv"]
    (member,) = members(
        tmp_path,
        (HEAD + 'Content-Type: multipart/encrypted; boundary="b"\n\n--b\n\nx\n--b--\n').encode(),
    )
    assert member.refused is not None
    assert member.refused.reason == "encrypted-mail"


@pytest.mark.parametrize(
    "header",
    [
        "Content-Type: text/plain; charset=no-such\n",
        "Content-Type: multipart/mixed\n",
        "Content-Transfer-Encoding: base64\n",
        "Date: the day after tomorrow\n",
        "Subject: =?utf-9?Q?=ZZ?=\n",
        "Content-Disposition: attachment; filename*=utf-8''%FF%FE\n",
    ],
)
def test_malformed_mails_never_raise(header: str) -> None:
    told = read((HEAD + header + "\n" + CSV).encode() + b"\xff\xfe")
    assert told.parts or told.refused


def test_encoded_headers_are_decoded() -> None:
    told = read(b"From: =?utf-8?q?B=C3=BCro?= <a@b.example>\nSubject: =?utf-8?b?w5xiZXI=?=\n\nx")
    assert (told.info.sender, told.info.subject) == ("a@b.example", "Über")


@pytest.mark.parametrize(
    ("name", "head", "is_mail"),
    [
        ("x", b"From a@b Fri Jan 31\nSubject: x\nDate: y\nFrom: z\n\n", True),
        ("x.eml", b"Subject: only this\n\nbody", True),
        ("x.csv", b"timestamp,ip\nFrom: me\nSubject: you\n", False),
        ("x.txt", b"Note: something\nElse: more\n\nFrom: in the body\nSubject: too\n", False),
        ("x.json", b'{"From": 1}', False),
        ("x", b"", False),
    ],
)
def test_mails_are_told_from_other_text(name: str, head: bytes, is_mail: bool) -> None:
    assert looks_like_mail(name, head) is is_mail
