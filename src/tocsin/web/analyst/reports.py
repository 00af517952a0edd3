"""The files that came, and one of them with what was refused of it."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tocsin.access.models import Role
from tocsin.intake.models import RefusedRow, Report
from tocsin.kinds.catalogue import kind
from tocsin.threats.retry import AT_ONCE, retry_later, retry_report
from tocsin.web import gate
from tocsin.web.analyst.chosen import without
from tocsin.web.clock import now
from tocsin.web.forms import tried
from tocsin.web.pages import page_of

SIZE = 50
MOST_IN_CSV = 50_000


@gate.only(gate.STATISTICS)
def reports(request: HttpRequest) -> HttpResponse:
    """The files, latest first, with the notes on each."""
    rows = Report.objects.select_related("feed").defer("segments", "digest")
    feed = request.GET.get("feed", "").replace("\0", "")
    if feed:
        rows = rows.filter(feed__name=feed)
    if request.GET.get("refused"):
        rows = rows.filter(refused__gt=0)
    context = {"page": page_of(request, rows, ("-day", "-pk"), SIZE), "chosen": _chosen(request)}
    return render(request, "analyst/reports.html", context)


@gate.only(gate.STATISTICS)
def report(request: gate.SignedIn, number: int) -> HttpResponse:
    """What came of it; the rows that were refused only for analysts, since they may be anything."""
    found = get_object_or_404(Report.objects.select_related("feed"), pk=number)
    context: dict[str, Any] = {
        "report": found,
        "kinds": [(name, kind(name).title) for name in found.kinds],
        "reasons": sorted(found.reasons.items(), key=lambda each: -each[1]),
        "digest": bytes(found.digest).hex(),
    }
    if request.user.role == Role.ANALYST:
        rows = RefusedRow.objects.filter(report=found)
        context["page"] = page_of(request, rows, ("line", "pk"), SIZE)
        context["again"] = bool(found.raw and found.refused)
    return render(request, "analyst/report.html", context)


@gate.only(gate.ANALYST, gate.ACTING)
def report_again(request: gate.SignedIn, number: int) -> HttpResponse:
    """Read what was refused once more, now or (a long one) by the worker."""
    found = get_object_or_404(Report, pk=number)
    by = f"person {request.user.pk}"
    if found.size > AT_ONCE:
        retry_later(number, by)
        messages.info(request, _("The report is long. The worker reads it in a few minutes."))
        return redirect("report", number)
    done: list[Any] = []
    if problems := tried(lambda: done.append(retry_report(number, now(), by))):
        messages.error(request, " ".join(problems))
    else:
        tell(request, done[0].asked, done[0].taken)
    return redirect("report", number)


def tell(request: HttpRequest, asked: int, taken: int) -> None:
    """What came of reading again."""
    facts = {"asked": asked, "taken": taken}
    if taken:
        messages.success(request, _("%(taken)s of %(asked)s refused rows are taken now.") % facts)
    else:
        messages.info(
            request,
            _("None of %(asked)s refused rows could be taken. Mend the feed first.") % facts,
        )


@gate.only(gate.STATISTICS)
def refused_csv(request: HttpRequest, number: int) -> HttpResponse:
    """Lines and reasons of what was refused: nothing of the rows themselves."""
    found = get_object_or_404(Report, pk=number)
    rows = RefusedRow.objects.filter(report=found).order_by("line", "pk")
    text = io.StringIO()
    writing = csv.writer(text)
    writing.writerow(["line", "reason"])
    writing.writerows(rows.values_list("line", "reason")[:MOST_IN_CSV])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-{number}.csv"'
    return response


def _chosen(request: HttpRequest) -> list[tuple[str, str, str]]:
    chosen = []
    for name, what in (("feed", _("Feed")), ("refused", _("Only"))):
        if value := request.GET.get(name):
            said = value if name == "feed" else _("with refused rows")
            chosen.append((what, said, without(request, name)))
    return chosen
