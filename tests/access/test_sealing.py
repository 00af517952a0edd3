import pytest
from django.conf import settings

from tocsin.access.sealing import keyed_digest, seal, unseal
from tocsin.errors import TocsinError


def test_what_is_sealed_opens_for_its_purpose_only() -> None:
    sealed = seal(b"secret", "app of 1")
    assert unseal(sealed, "app of 1") == b"secret"
    assert b"secret" not in sealed
    assert seal(b"secret", "app of 1") != sealed
    for broken, purpose in ((sealed, "app of 2"), (sealed[:-1] + b"x", "app of 1")):
        with pytest.raises(TocsinError, match="does not open"):
            unseal(broken, purpose)


def test_another_installations_key_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed, digest = seal(b"secret", "app"), keyed_digest("code", "recovery")
    assert keyed_digest("code", "recovery") == digest != keyed_digest("code", "handle")
    monkeypatch.setattr(settings, "SECRET_KEY", "another")
    assert keyed_digest("code", "recovery") != digest
    with pytest.raises(TocsinError):
        unseal(sealed, "app")
