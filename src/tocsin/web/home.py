"""Every page that is in a menu, and where each role begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tocsin.access.models import Person, Role
from tocsin.web.analyst import menu as analyst
from tocsin.web.desk import menu as desk
from tocsin.web.everyone import menu as everyone
from tocsin.web.gate import open_to_all
from tocsin.web.menu import menu_of
from tocsin.web.officer import menu as officer
from tocsin.web.oversight import menu as oversight

FOLDERS = (desk, officer, oversight, analyst, everyone)
ENTRIES = tuple(entry for folder in FOLDERS for entry in folder.ENTRIES)


@open_to_all
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """To the person's first page; whoever is not known signs in."""
    person = request.user
    return redirect(home_of(person) if isinstance(person, Person) else "sign-in")


def home_of(person: Person) -> str:
    """The first page of their menu, by its name in the URL map."""
    tabs, _ = menu_of(Role(person.role), "", ENTRIES)
    return tabs[0].page
