"""Names out of what feeds write: the host of a URL, a plain domain, the domain of an e-mail."""

import re

DEFANGED = (("hxxp", "http"), ("[.]", "."), ("(.)", "."), ("[:]", ":"), ("[@]", "@"))
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


def refang(text: str) -> str:
    for written, meant in DEFANGED:
        text = text.replace(written, meant)
    return text


def url_host(text: str) -> str:
    """The host, lower case, IDNA; empty where there is none.  Tolerates what feeds do to URLs."""
    rest = refang(text.strip())
    rest = rest.split("://", 1)[-1]
    authority = re.split(r"[/?#\\\s]", rest, maxsplit=1)[0].rpartition("@")[2]
    if authority.startswith("["):
        return authority[1:].partition("]")[0].lower()
    host = authority.partition(":")[0]
    return host if _numeric(host) else plain_domain(host)


def plain_domain(text: str) -> str:
    """A domain name in lower case and IDNA, without a final dot; empty where it is none."""
    name = refang(text.strip()).rstrip(".").lower().removeprefix("*.")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    labels = name.split(".")
    if len(labels) < 2 or len(name) > 253 or not all(map(LABEL.fullmatch, labels)):
        return ""
    return name


def email_domain(text: str) -> str:
    """`@` and the domain of an e-mail address (or of a bare domain); empty where it is none."""
    domain = plain_domain(refang(text.strip()).rpartition("@")[2])
    return f"@{domain}" if domain else ""


def _numeric(host: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", host))
