"""Django's authentication over `Person`: by e-mail address and password."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from tocsin.access.models import Person
from tocsin.database.scope import staff_scope


class ByPassword(BaseBackend):
    def authenticate(
        self, request: HttpRequest | None, email: str = "", password: str = "", **_: object
    ) -> Person | None:
        """The person, or None.  Takes as long for an address that nobody has."""
        with staff_scope():
            person = Person.objects.welcome().filter(email__iexact=email.strip()).first()
        if person is None or not person.has_usable_password():
            make_password(password)
            return None
        return person if check_password(password, person.password) else None

    def get_user(self, user_id: int) -> Person | None:
        with staff_scope():
            people = Person.objects.welcome().select_related("organisation")
            return people.filter(pk=user_id).first()
