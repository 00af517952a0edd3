"""Files with answers: handed in on a page, and the list of what was refused in them."""

import csv
import io
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from tocsin.alerts.models import RefusedAnswer
from tocsin.alerts.replies.files import MOST_BYTES
from tocsin.alerts.replies.reading import Handed
from tocsin.formulas import neutralised

COLUMNS = ("file", "row", "threat_id", "reason", "detail")


def handed_in(request: HttpRequest) -> list[Handed]:
    """The file of the form, read no further than anybody would look at it."""
    sent = request.FILES.get("file")
    if sent is None:
        return []
    return [Handed(sent.name or "file", sent.read(MOST_BYTES + 1))]


def refused_csv(together: UUID, alert: int | None = None) -> HttpResponse:
    """Within a scope: what of one submission was not taken; without rows for one of others."""
    rows = RefusedAnswer.objects.filter(handed_in=together).order_by("pk")
    if alert is not None:
        rows = rows.filter(alert_id=alert)
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in rows:
        cells = (one.file, str(one.row), one.threat, one.reason, one.detail)
        writer.writerow([neutralised(cell) for cell in cells])
    response = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="not-taken.csv"'
    return response
