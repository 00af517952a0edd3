"""Secrets at rest."""

from typing import Any

import pytest

from tocsin.webhooks.sealing import SealedWithAnotherKeyError, seal, unseal

ROW, OTHER = b"a" * 16, b"b" * 16


def test_a_sealed_secret_opens_again_and_shows_nothing() -> None:
    sealed = seal("whsec_word", ROW)
    assert unseal(sealed, ROW) == "whsec_word"
    assert b"word" not in sealed
    assert sealed != seal("whsec_word", ROW)


def test_moved_to_another_row_or_changed_it_does_not_open() -> None:
    sealed = seal("whsec_word", ROW)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for wrong, row in ((sealed, OTHER), (changed, ROW), (b"", ROW), (sealed[:20], ROW)):
        with pytest.raises(SealedWithAnotherKeyError):
            unseal(wrong, row)


def test_another_installations_key_does_not_open_it(settings: Any) -> None:
    sealed = seal("whsec_word", ROW)
    settings.SECRET_KEY = "another"
    with pytest.raises(SealedWithAnotherKeyError) as caught:
        unseal(sealed, ROW)
    assert "TOCSIN_SECRET_KEY" in caught.value.hint
