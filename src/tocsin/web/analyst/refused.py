"""What was refused, by reason, and reading it again once the cause is mended."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tocsin.constituency.models import RefusedListRow
from tocsin.intake.models import RefusedRow
from tocsin.intake.queries import RefusedGroup, refused_groups
from tocsin.threats.retry import files_with, reports_with, retry_file, retry_reason
from tocsin.web import gate
from tocsin.web.analyst.reports import tell
from tocsin.web.clock import now
from tocsin.web.forms import tried
from tocsin.web.pages import page_of

SIZE, FILES, EXAMPLES = 50, 50, 5
DAYS = 90


@gate.only(gate.ANALYST)
def refused(request: HttpRequest) -> HttpResponse:
    """Reasons with most rows first; below, each row of a report that was not taken."""
    groups = _groups()
    context = {
        "groups": groups,
        "days": DAYS,
        "page": page_of(request, RefusedRow.objects.all(), ("-pk",), SIZE),
        "of": "reports",
        "counts": _counts(groups),
    }
    return render(request, "analyst/refused.html", context)


@gate.only(gate.ANALYST)
def refused_lists(request: HttpRequest) -> HttpResponse:
    """Each row of a list of organisations or assets that was not taken."""
    page = page_of(request, RefusedListRow.objects.all(), ("-pk",), SIZE)
    context = {"page": page, "of": "lists", "counts": _counts(_groups())}
    return render(request, "analyst/refused.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
def refused_reason(request: gate.SignedIn, reason: str) -> HttpResponse:
    """The files that have it, some rows, and the button that has all of them read again."""
    feed = request.GET.get("feed", "").replace("\0", "")
    if request.method == "POST":
        count = retry_reason(reason, now(), f"person {request.user.pk}", feed)
        messages.success(
            request,
            _("The worker reads %(count)s files again. What it takes leaves this list.")
            % {"count": count},
        )
        return redirect(request.get_full_path())
    reports = list(reports_with(reason, feed).select_related("feed")[:FILES])
    context: dict[str, Any] = {
        "reason": reason,
        "feed": feed,
        "reports": [(one, one.reasons.get(reason, 0)) for one in reports],
        "files": files_with(reason, feed)[:FILES],
        "examples": RefusedRow.objects.filter(
            report__in=[one.pk for one in reports[:EXAMPLES]], reason=reason
        ).order_by("-pk")[:EXAMPLES],
        "groups": [one for one in _groups() if one.reason == reason],
    }
    return render(request, "analyst/refused-reason.html", context)


@gate.only(gate.ANALYST, gate.ACTING)
def refused_file_again(request: gate.SignedIn, number: int) -> HttpResponse:
    """A file that was refused whole, as if it came now."""
    row = get_object_or_404(RefusedRow, pk=number, report=None)
    done: list[Any] = []
    by = f"person {request.user.pk}"
    if problems := tried(lambda: done.append(retry_file(number, now(), by))):
        messages.error(request, " ".join(problems))
    elif done[0].taken:
        messages.success(request, _("The file is taken now."))
    else:
        tell(request, done[0].asked, 0)
    return redirect("refused-reason", row.reason)


def _counts(groups: list[RefusedGroup]) -> dict[str, int]:
    return {
        "reports": sum(one.rows for one in groups),
        "lists": RefusedListRow.objects.count(),
    }


def _groups() -> list[RefusedGroup]:
    return refused_groups(now().date() - timedelta(days=DAYS))
