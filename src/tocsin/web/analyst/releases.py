"""First alerts that wait for an analyst: looked at as the mail they will be, then released."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.alerts.analyst import release
from tocsin.alerts.recipients import first_contacts
from tocsin.alerts.releases import MOST, first_alert, held_organisations
from tocsin.alerts.sample import mail_of
from tocsin.constituency.models import Organisation
from tocsin.web import gate
from tocsin.web.analyst.words import plain, shown
from tocsin.web.clock import now

SIZE = 50


@gate.only(gate.ANALYST, gate.WRITING)
def releases(request: gate.SignedIn) -> HttpResponse:
    """Those that wait; what is ticked is released together."""
    if request.method == "POST":
        names = request.POST.getlist("organisation")
        known = Organisation.objects.filter(name__in=names).values_list("name", flat=True)
        done = release(list(known), now(), by=f"person {request.user.pk}")
        count = len(done)
        words = ngettext("%d organisation was released.", "%d organisations were released.", count)
        messages.success(request, words % count)
        return redirect("releases")
    after = request.GET.get("after", "").replace("\0", "")
    found = held_organisations(after, SIZE + 1)
    context = {"rows": found[:SIZE], "next": found[SIZE - 1].name if len(found) > SIZE else ""}
    return render(request, "analyst/releases.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
def one_release(request: gate.SignedIn, number: int) -> HttpResponse:
    """One organisation's first alert."""
    found = _organisation(number)
    if request.method == "POST":
        release([found.name], now(), by=f"person {request.user.pk}")
        messages.success(request, _("The first alert may go now."))
        return redirect("releases")
    contact = first_contacts([number]).get(number)
    context = {"organisation": found, "contact": contact, "most": MOST}
    return render(request, "analyst/one-release.html", context)


@gate.only(gate.ANALYST)
def release_mail(request: gate.SignedIn, number: int) -> HttpResponse:
    """The mail's HTML for the frame."""
    told = first_alert(_organisation(number), now())
    return shown(mail_of(*told)) if told else plain(_("Nothing is due."))


def _organisation(number: int) -> Organisation:
    found = Organisation.objects.select_related("region").filter(pk=number).first()
    if found is None:
        raise Http404
    return found
