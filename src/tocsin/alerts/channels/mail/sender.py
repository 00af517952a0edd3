"""Who sends: the authority as its mails name it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """`address` is the From, `reply_to` where answers go, with `tags_replies` each delivery's to an
    address of its own (`message.tagged`); `verify` says in one sentence how to
    check a mail by another way (a telephone number, a page); `openpgp` is our key's fingerprint.
    """

    authority: str
    address: str
    reply_to: str
    tags_replies: bool = False
    verify: str = ""
    openpgp: str = ""
    smime: bool = False
    dkim_domain: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]
