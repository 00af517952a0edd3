from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest
from benchmarks.populated import SECRET
from benchmarks.requests import cursor_at
from django.test import RequestFactory, override_settings

from tocsin.access.tokens import Caller
from tocsin.web.api import cursors
from tocsin.web.api.door import Call


@pytest.mark.parametrize("organisation", [None, 3])
@pytest.mark.parametrize("query", [{}, {"state": "claimed"}, {"class": "vulnerable"}])
def test_the_api_takes_the_cursor_of_a_depth(
    query: dict[str, str], organisation: int | None
) -> None:
    text = cursor_at("/api/v1/threats", query, organisation, (7, UUID(int=9)))
    request = RequestFactory().get("/api/v1/threats", {**query, "limit": "1000", "cursor": text})
    call = cast(Call, request)
    call.auth = cast(Caller, SimpleNamespace(organisation=organisation))
    with override_settings(SECRET_KEY=SECRET):
        assert cursors.place(call, text) == [7, str(UUID(int=9))]
