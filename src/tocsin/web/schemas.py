"""The formats that others write for us, as JSON Schema."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tocsin.web.gate import open_to_all

ANSWER_1 = Path(__file__).parent / "static" / "schemas" / "answer-1.json"


@open_to_all
@require_safe
def answer_1(request: HttpRequest) -> HttpResponse:
    """docs/reference/answer-format.md explains it."""
    return HttpResponse(ANSWER_1.read_bytes(), content_type="application/schema+json")
