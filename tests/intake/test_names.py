import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.names import email_domain, plain_domain, url_host

VALID = re.compile(r"[a-z0-9_.-]{3,253}")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://Example.ORG/path?x=1", "example.org"),
        ("https://user:word@www.example.org:8443/", "www.example.org"),
        ("hxxp://bad[.]example[.]org/x", "bad.example.org"),
        ("example.org/no-scheme", "example.org"),
        ("http://192.0.2.1:8080/Mozi.m", "192.0.2.1"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("http://example.org\\@evil.example/", "example.org"),
        ("ftp://example.org", "example.org"),
        ("not a url", ""),
        ("", ""),
        ("http:///path", ""),
    ],
)
def test_hosts(url: str, host: str) -> None:
    assert url_host(url) == host


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Example.ORG.", "example.org"),
        ("*.example.org", "example.org"),
        ("example", ""),
        ("-bad.example", ""),
        ("a..example", ""),
        ("x" * 64 + ".example", ""),
        ("_dmarc.example.org", "_dmarc.example.org"),
    ],
)
def test_domains(text: str, domain: str) -> None:
    assert plain_domain(text) == domain


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("jo@Example.org", "@example.org"),
        ("example.org", "@example.org"),
        ("@example.org", "@example.org"),
        ("jo[@]example[.]org", "@example.org"),
        ("no domain", ""),
    ],
)
def test_mail_domains(text: str, domain: str) -> None:
    assert email_domain(text) == domain


@given(st.text())
def test_anything_gives_a_name_or_none(text: str) -> None:
    for found in (plain_domain(text), email_domain(text).removeprefix("@")):
        assert found == "" or VALID.fullmatch(found)
    url_host(text)
