"""The briefing on one organisation, as a page and as a PDF."""

from django.http import HttpResponse
from django.shortcuts import render

from tocsin.outreach.briefing import as_words, briefing, pdf
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.officer.regional import known_or_404


@gate.only(gate.OFFICERS)
def briefing_page(request: gate.SignedIn, number: int) -> HttpResponse:
    moment = now()
    known = known_or_404(request, number, moment)
    context = {"organisation": known.organisation, **as_words(briefing(known, moment))}
    return render(request, "officer/briefing.html", context)


@gate.only(gate.OFFICERS)
def as_pdf(request: gate.SignedIn, number: int) -> HttpResponse:
    """One A4, shown by the browser."""
    moment = now()
    page = briefing(known_or_404(request, number, moment), moment)
    response = HttpResponse(pdf(page, moment), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="briefing-{number}.pdf"'
    return response
