"""What nobody waits for any more."""

from datetime import datetime

from tocsin.constituency.contact_rules import EXPIRE_AFTER
from tocsin.constituency.joining.rules import CONFIRM_WITHIN, KEPT_AFTER
from tocsin.constituency.models import Application, Contact
from tocsin.database.scope import staff_scope


def forget_applications(now: datetime) -> None:
    """Those that nobody confirmed in a week; those of nobody who became a member, in 90 days
    after the decision; and new contacts that never answered."""
    with staff_scope():
        Application.objects.filter(confirmed_at=None, created_at__lt=now - CONFIRM_WITHIN).delete()
        Application.objects.filter(organisation=None, decided_at__lt=now - KEPT_AFTER).delete()
        Contact.objects.filter(pending=True, created_at__lt=now - EXPIRE_AFTER).delete()
