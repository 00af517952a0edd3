"""Codes of an app and recovery codes: each works once, for its person, in its time."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import connections

from tocsin.access import factors
from tocsin.access.actions import add_person
from tocsin.access.models import AuthenticatorApp, Person, RecoveryCode, Role
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.fixture
def ann(db: None) -> Person:
    return add_person("ann@authority.example", Role.ANALYST, NOW)


def code(secret: str, at: datetime) -> str:
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)  # noqa: S303
    made = totp.generate(int(at.timestamp()))
    return made.decode()


def test_the_published_example() -> None:
    """RFC 6238, appendix B, cut to six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
    at = datetime.fromtimestamp(1111111109, UTC)
    assert factors.matching_step(secret, "081804", at) == 1111111109 // 30


@pytest.mark.parametrize(
    ("late", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_phones_clock_may_be_half_a_minute_off(ann: Person, late: int, works: bool) -> None:
    secret = factors.new_totp(ann, NOW)
    assert factors.use_code(ann.pk, code(secret, NOW + late * STEP), NOW) is works


@pytest.mark.parametrize("form", ["{0}", " {0} ", "{1} {2}", "{1}-{2}"])
def test_a_code_works_once_however_it_is_typed(ann: Person, form: str) -> None:
    secret = factors.new_totp(ann, NOW)
    digits = code(secret, NOW)
    typed = form.format(digits, digits[:3], digits[3:])
    assert factors.use_code(ann.pk, typed, NOW)
    for later in (NOW, NOW + STEP):
        assert not factors.use_code(ann.pk, typed, later)


def test_nor_does_an_earlier_one_after_a_later_one(ann: Person) -> None:
    secret = factors.new_totp(ann, NOW)
    assert factors.use_code(ann.pk, code(secret, NOW + STEP), NOW)
    assert not factors.use_code(ann.pk, code(secret, NOW), NOW)
    assert factors.use_code(ann.pk, code(secret, NOW + 2 * STEP), NOW + STEP)


@pytest.mark.parametrize(
    "wrong", ["", "000000", "x" * 50, "１２３４５６", "12345", "\0", "abcde-fghij"]
)
def test_other_codes_do_not(ann: Person, wrong: str) -> None:
    factors.enrol_totp(ann, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", NOW)
    factors.new_recovery_codes(ann)
    assert not factors.use_code(ann.pk, wrong, NOW)


def test_an_app_is_added_only_by_a_code_of_it_which_is_then_used_up(ann: Person) -> None:
    secret = factors.new_secret()
    assert not factors.add_totp(ann, secret, "000000", NOW, None)
    assert not factors.has_factor(ann.pk)
    assert factors.add_totp(ann, secret, code(secret, NOW), NOW, None)
    assert factors.has_factor(ann.pk)
    assert not factors.use_code(ann.pk, code(secret, NOW), NOW)
    assert factors.use_code(ann.pk, code(secret, NOW + STEP), NOW + STEP)


def test_the_secret_is_not_stored_in_clear_nor_good_for_another_person(ann: Person) -> None:
    secret = factors.new_totp(ann, NOW)
    bo = add_person("bo@authority.example", Role.AUDITOR, NOW)
    with staff_scope():
        sealed = bytes(AuthenticatorApp.objects.get().secret)
        assert secret.encode() not in sealed
        assert len(sealed) > len(secret)
        AuthenticatorApp.objects.update(person=bo)
    with pytest.raises(TocsinError, match="does not open"):
        factors.use_code(bo.pk, code(secret, NOW), NOW)


def test_each_recovery_code_works_once_and_is_kept_as_a_digest(ann: Person) -> None:
    codes = factors.new_recovery_codes(ann)
    assert len(set(codes)) == 10
    assert factors.recovery_codes_left(ann.pk) == 10
    assert factors.use_code(ann.pk, codes[3].upper(), NOW)
    assert not factors.use_code(ann.pk, codes[3], NOW)
    assert factors.recovery_codes_left(ann.pk) == 9
    with staff_scope():
        kept = b"".join(bytes(row.digest) for row in RecoveryCode.objects.all())
    assert not [each for each in codes if factors.plain(each).encode() in kept]


def test_new_recovery_codes_end_the_old_ones_and_are_ones_own(ann: Person) -> None:
    bo = add_person("bo@authority.example", Role.AUDITOR, NOW)
    old, of_bo = factors.new_recovery_codes(ann), factors.new_recovery_codes(bo)
    new = factors.new_recovery_codes(ann)
    assert not factors.use_code(ann.pk, old[0], NOW)
    assert not factors.use_code(ann.pk, of_bo[0], NOW)
    assert factors.use_code(ann.pk, new[0], NOW)


def test_a_members_recovery_codes_go_with_the_last_factor(ann: Person) -> None:
    with staff_scope():
        Organisation.objects.create(name="Ours", created_at=NOW)
    bo = add_person("bo@ours.example", Role.OWNER, NOW, "Ours")
    factors.new_totp(bo, NOW)
    factors.new_recovery_codes(bo)
    factors.remove_totp(bo, NOW)
    assert (factors.recovery_codes_left(bo.pk), factors.has_factor(bo.pk)) == (0, False)
    with pytest.raises(TocsinError, match="add one first"):
        factors.remake_recovery_codes(bo, NOW)


def test_staff_keep_their_last_factor_and_nothing_is_said_to_have_changed(ann: Person) -> None:
    factors.new_totp(ann, NOW)
    factors.new_recovery_codes(ann)
    with pytest.raises(TocsinError, match="at least one second factor"):
        factors.remove_totp(ann, NOW)
    assert (factors.recovery_codes_left(ann.pk), factors.has_factor(ann.pk)) == (10, True)
    with staff_scope():
        assert not Entry.objects.exists()


def test_who_has_none_is_known(ann: Person) -> None:
    bo = add_person("bo@authority.example", Role.AUDITOR, NOW)
    factors.new_totp(bo, NOW)
    assert factors.without_factor([ann.pk, bo.pk]) == {ann.pk}


def test_the_qr_code_says_who_and_where(ann: Person) -> None:
    uri = factors.enrolment_uri(ann, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert uri.startswith("otpauth://totp/Tocsin%20National%20CERT:ann%40authority.example?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in uri


def test_two_who_bring_the_same_code_at_once_do_not_both_get_in(committed_db: None) -> None:
    ann = add_person("ann@authority.example", Role.ANALYST, NOW)
    secret = factors.new_totp(ann, NOW)
    recovery = factors.new_recovery_codes(ann)[0]
    for given in (code(secret, NOW), recovery):
        together = Barrier(4)

        def bring(given: str = given, together: Barrier = together) -> bool:
            together.wait()
            try:
                return factors.use_code(ann.pk, given, NOW)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            inside = [each.result() for each in [pool.submit(bring) for _ in range(4)]]
        assert inside.count(True) == 1
