"""The document and the API agree, whatever is asked: no answer that is not described, no 5xx."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.web.api.caller import Api
from tocsin.access.models import Role
from tocsin.web.api.app import api as the_api
from tocsin.web.api.document import operations, rule_of

EXAMPLES = 6
CASES = [
    (role, name)
    for name, (_, _, operation) in sorted(operations(the_api).items())
    for role in (Role.ANALYST, Role.OWNER, Role.READER)
    if role in rule_of(operation).roles
]


@pytest.fixture
def whole_connection() -> Iterator[None]:
    """A request's end would close the connection, and with it the test's transaction."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema(world: object, whole_connection: None) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("role", "name"), CASES)
def test_an_operation_answers_as_the_document_says(
    api: Callable[[Role], Api], schema: Any, role: Role, name: str, mode: GenerationMode
) -> None:
    headers = api(role).headers
    (operation,) = (
        each.ok()
        for each in schema.get_all_operations()
        if each.ok().definition.raw["operationId"] == name
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        # Only the API can tell a cursor of its own, a present ETag, or an address that is one.
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    ask()
