"""A webhook's URL: one spelling for each host, and none of the tricks."""

import pytest

from tocsin.webhooks.targets import BadTargetError, Target, read_target

HTTPS = ("https",)
PORTS = (80, 443, 8443)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://Hooks.Example/", Target("https", "hooks.example", 443, "/")),
        ("https://hooks.example", Target("https", "hooks.example", 443, "/")),
        ("https://hooks.example:8443/a?b=c", Target("https", "hooks.example", 8443, "/a?b=c")),
        ("HTTPS://hooks.example:443/%20", Target("https", "hooks.example", 443, "/%20")),
        ("https://192.0.2.7/x", Target("https", "192.0.2.7", 443, "/x")),
        ("https://[2001:DB8::7]:8443/", Target("https", "2001:db8::7", 8443, "/")),
        ("https://bücher.example/", Target("https", "xn--bcher-kva.example", 443, "/")),
        ("https://a_b.example/", Target("https", "a_b.example", 443, "/")),
        ("https://1.2.3.example/", Target("https", "1.2.3.example", 443, "/")),
    ],
)
def test_what_a_webhook_can_have(url: str, target: Target) -> None:
    assert read_target(url, HTTPS, PORTS) == target
    assert read_target(target.url, HTTPS, PORTS) == target


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "017700000001", "0x7f000001", "0x7f.1", "127.1", "127.0.1",
        "0177.0.0.1", "127.0.0.01", "1.2.3.256", "1.2.3.4.5", "0x", "a.0x7f",
        "１２７.1", "127。1",
        "localhost.", "hooks.example.", "127.0.0.1.", "..", ".example", "a..example",
        "-a.example", "a-.example", "hooks%2eexample", "hooks.exa mple", "hooks\\.example",
        "hooks.example\\@10.0.0.1", "a" * 64 + ".example", "a." * 127 + "example",
        "[::1%25eth0]", "[fe80::1%eth0]", "[fe80::1%1]", "[::ffff:1.2.3]", "[v1.x]", "[]", "[1",
        "\u202ehooks.example", "hooks.example\u0000", "hooks.exam\tple", "", "*.example",
    ],
)  # fmt: skip
def test_hosts_that_hide_where_they_lead(host: str) -> None:
    with pytest.raises(BadTargetError):
        read_target(f"https://{host}/", HTTPS, PORTS)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://①②⑦.⓪.⓪.①/", "127.0.0.1"),
        ("https://１２７.0.0.1/", "127.0.0.1"),
        ("https://127。0。0。1/", "127.0.0.1"),
        ("https://ⓛocalhost/", "localhost"),
    ],
)
def test_unicode_is_brought_into_its_ascii_form_before_anything_is_decided(
    url: str, host: str
) -> None:
    assert read_target(url, HTTPS, PORTS).host == host


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example/", "begins with https://"),
        ("ftp://hooks.example/", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("gopher://hooks.example/", "begins with https://"),
        ("//hooks.example/", "begins with https://"),
        ("hooks.example", "begins with https://"),
        ("https://ann:word@hooks.example/", "no user name"),
        ("https://hooks.example@10.0.0.1/", "no user name"),
        ("https://@hooks.example/", "no user name"),
        ("https://hooks.example/#part", "behind a #"),
        ("https://hooks.example:22/", "not sent to port 22, only to 80, 443, 8443"),
        ("https://hooks.example:0/", "not sent to port 0"),
        ("https://hooks.example:99999/", "no web address"),
        ("https://hooks.example:x/", "no web address"),
        ("https://hooks.example/a b", "no spaces"),
        ("https://hooks.example/a\r\nX-Forged: 1", "no spaces and no control"),
        ("https://hooks.example/\\", "percent-encoded"),
        ("https://hooks.example/ü", "percent-encoded"),
        ("https://hooks.example/" + "a" * 2000, "at most 2000"),
        ("https:///path", "has no host"),
    ],
)
def test_what_is_wrong_is_said(url: str, words: str) -> None:
    with pytest.raises(BadTargetError) as caught:
        read_target(url, HTTPS, PORTS)
    assert words in f"{caught.value} {caught.value.hint}"


def test_http_where_the_installation_allows_it() -> None:
    assert read_target("http://hooks.example/", ("https", "http"), PORTS).port == 80
