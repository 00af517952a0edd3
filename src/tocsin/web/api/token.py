"""What the token in use may do."""

from datetime import datetime

from tocsin.access.models import Role
from tocsin.web.api.door import Call
from tocsin.web.api.fields import Shown
from tocsin.web.api.resource import Resource

router = Resource("Token")


class TokenShown(Shown):
    """`organisation` is empty for staff; `scopes`: those that its person's role admits."""

    name: str
    email: str
    role: str
    organisation: int | None
    scopes: list[str]
    expires_at: datetime | None


@router.read("/token", roles=Role, answer=TokenShown)
def get_token(request: Call) -> TokenShown:
    """Whose token this is, and what it may do."""
    caller = request.auth
    return TokenShown(
        name=caller.name,
        email=caller.email,
        role=caller.role,
        organisation=caller.organisation,
        scopes=sorted(caller.scopes),
        expires_at=caller.expires_at,
    )
