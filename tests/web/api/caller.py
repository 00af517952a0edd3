"""A program that calls the API in-process."""

import json
from typing import Any

from django.test import Client

BASE = "/api/v1"


class Api:
    """`client` with a bearer token; paths are below /api/v1."""

    def __init__(self, token: str | None) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """`body`: sent as JSON, bytes as they are; a header's `_` stands for `-`."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        media = named.pop("Content-Type", "application/json")
        return self.client.generic(
            method,
            BASE + path,
            b"" if body is None else data,
            content_type=media,
            headers={**self.headers, **named},
        )


def problem(response: Any) -> tuple[int, str]:
    """Status and name of a problem, which says both in its body too."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    assert body["title"]
    return response.status_code, body["type"].removeprefix("urn:tocsin:problem:")
