"""How often strangers may use the pages that are open to all."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tocsin.access.throttle import too_many
from tocsin.web.attempts import caller

HOUR = timedelta(hours=1)
APPLICATIONS, PER_ADDRESS = 10, 3  # in an hour: by one caller, for one e-mail address
LINKS = 60  # buttons pressed on pages that a mailed link opens
SLOW_DOWN = _("That was often in a short time. Wait an hour, then try again.")


def too_often(request: HttpRequest, what: str, most: int, address: str = "") -> bool:
    """Count this; whether it was more than `most` by this caller in an hour, or more than
    `PER_ADDRESS` for the e-mail address."""
    now = datetime.now(UTC)
    limits = {f"{what} from {caller(request)}": most}
    if address := address.strip().lower():
        limits[f"{what} for {address}"] = PER_ADDRESS
    counted = [too_many(bucket, limit, HOUR, now) for bucket, limit in limits.items()]
    return any(counted)
