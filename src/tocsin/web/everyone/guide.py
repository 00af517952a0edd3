"""Help: the documentation, and for each page of the portal the part that is about it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tocsin.web import gate
from tocsin.web.everyone import manual

# By the page's name in the URL map; names that begin alike share the longest beginning.
ABOUT = {
    "account": "how-to/give-people-access",
    "alert": "how-to/answers-and-disputes",
    "answer": "how-to/answers-and-disputes",
    "application": "how-to/approve-members",
    "campaign": "how-to/review-and-send-alerts",
    "change-contact": "how-to/join",
    "change-webhook": "how-to/receive-webhooks",
    "claim-assets": "how-to/join",
    "contacts": "how-to/join",
    "delegations": "how-to/join",
    "delivery": "explanation/deliveries",
    "desk": "how-to/work-as-an-abuse-desk",
    "dispute": "how-to/answers-and-disputes",
    "end-delegation": "how-to/join",
    "export": "how-to/use-the-api",
    "exports": "how-to/join",
    "feed": "how-to/look-after-what-comes-in",
    "for-customer": "how-to/work-as-an-abuse-desk",
    "inhibition": "how-to/review-and-send-alerts",
    "invit": "how-to/give-people-access",
    "kind": "how-to/add-a-kind",
    "lookup": "how-to/work-as-an-abuse-desk",
    "mutes": "how-to/join",
    "new-contact": "how-to/join",
    "new-delegation": "how-to/join",
    "new-mute": "how-to/join",
    "new-token": "how-to/use-the-api",
    "new-webhook": "how-to/receive-webhooks",
    "notices": "how-to/notices-and-search",
    "one-application": "how-to/approve-members",
    "organisation": "how-to/import-organisations-and-assets",
    "outbox": "explanation/deliveries",
    "oversight": "how-to/oversee",
    "own": "how-to/join",
    "people": "how-to/give-people-access",
    "person": "how-to/give-people-access",
    "preferences": "how-to/join",
    "refused": "how-to/look-after-what-comes-in",
    "region": "README",
    "release": "how-to/review-and-send-alerts",
    "remove-webhook": "how-to/receive-webhooks",
    "report": "how-to/look-after-what-comes-in",
    "revoke-token": "how-to/use-the-api",
    "search": "how-to/notices-and-search",
    "short-day": "how-to/look-after-what-comes-in",
    "status": "explanation/states",
    "threat": "how-to/work-as-an-abuse-desk",
    "tokens": "how-to/use-the-api",
    "trends": "how-to/join",
    "unattributed": "how-to/look-after-what-comes-in",
    "webhook": "how-to/receive-webhooks",
}


def help_for(page: str) -> str:
    """The address of the help for a page of the portal; of all help where there is none."""
    starts = [start for start in ABOUT if page.startswith(start)]
    return manual.address(ABOUT[max(starts, key=len)] if starts else manual.FIRST)


@gate.only(gate.EVERYBODY)
def help_index(request: gate.SignedIn) -> HttpResponse:
    """What there is to read."""
    return _shown(request, manual.FIRST)


@gate.only(gate.EVERYBODY)
def help_page(request: gate.SignedIn, page: str) -> HttpResponse:
    """One page of the documentation."""
    return _shown(request, page)


@gate.only(gate.EVERYBODY)
def help_picture(request: gate.SignedIn, picture: str) -> HttpResponse:
    """A picture that a page shows."""
    found = manual.picture(picture)
    if found is None:
        raise Http404
    return HttpResponse(*found)


def _shown(request: gate.SignedIn, name: str) -> HttpResponse:
    found = manual.text(name)
    if found is None:
        raise Http404
    context = {"text": found, "first": name == manual.FIRST}
    return render(request, "everyone/help.html", context)
