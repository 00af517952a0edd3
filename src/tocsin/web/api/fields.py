"""What the models of all resources share."""

from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field


class Given(Schema):
    """What a caller sends: a field that nobody knows is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Shown(Schema):
    """What a caller gets."""


def _clean(text: str) -> str:
    if "\0" in text:
        raise ValueError("a NUL character cannot be stored")
    return text


Text = Annotated[str, AfterValidator(_clean)]
Short = Annotated[Text, Field(max_length=200)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Cursor = Annotated[Text, Field(max_length=2000, description="From `next` of the page before.")]
Limit = Annotated[int, Field(ge=1, le=1000, description="The most items on the page.")]
