"""How joining goes: limits, times, and which proofs a claim asks for.  No I/O."""

from datetime import timedelta

from tocsin.constituency.asset_names import AssetName
from tocsin.constituency.asset_table import Form
from tocsin.refused import RefusalError

MOST_CLAIMS = 50
LINK_VALID_FOR = timedelta(days=60)  # the applicant's own page
CONFIRM_WITHIN = timedelta(days=7)  # else an application is forgotten
PROOF_VALID_FOR = timedelta(days=14)  # a mailed link; and for so long DNS is asked by itself
KEPT_AFTER = timedelta(days=90)  # declined ones, then forgotten
CHECK_AGAIN = timedelta(seconds=20)  # between two questions to DNS on request
MAILS_A_DAY = 3  # to one registry contact or domain, whoever applies


def proofs_for(asset: AssetName) -> tuple[str, ...]:
    """The ways in which control of it can be shown; each alone is enough."""
    if asset.form is Form.DOMAIN:
        return ("dns",)
    return ("dns", "mail") if asset.form is Form.EMAIL_DOMAIN else ("registry",)


def check_count(assets: list[AssetName]) -> None:
    """Raises `RefusalError` for none, or too many for somebody to look at."""
    if not assets:
        raise RefusalError("no-asset", "Write at least one network, AS number or domain.")
    if len(assets) > MOST_CLAIMS:
        raise RefusalError(
            "too-many",
            f"These are {len(assets)} entries; at most {MOST_CLAIMS} at once."
            " Write whole networks, not single addresses.",
        )


def domain_mailboxes(domain: str) -> list[str]:
    """Whom a domain must read (RFC 2142)."""
    return [f"postmaster@{domain}", f"abuse@{domain}"]
