"""Replies by mail: what an honest one does, and what a forged one does not."""

import json
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from tests.alerts.country import NOW, contact, organisation, threat
from tests.alerts.replies.answering import DESK, everything, reply, sheet, state_of, told
from tests.alerts.replies.test_files import zipped
from tocsin.access.models import Person, Role
from tocsin.alerts.freezing import unpacked
from tocsin.alerts.incoming import Became, take
from tocsin.alerts.models import AlertComment, Delivery, IncomingMail, Receipt, RefusedAnswer
from tocsin.alerts.replies import by_mail
from tocsin.alerts.replies.receipts import MOST_A_DAY
from tocsin.alerts.to_read import incoming_mails
from tocsin.answers.models import Answer, Delegation
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.threats.states import State

pytestmark = pytest.mark.usefixtures("home", "committed_db")


def taken(raw: bytes) -> Became:
    return take(raw, NOW, key_of=lambda name, timeout=5: None)


def answers() -> list[tuple[UUID, str, str, str]]:
    with staff_scope():
        return list(Answer.objects.order_by("pk").values_list("key", "statement", "via", "name"))


def receipts() -> list[str]:
    with staff_scope():
        return [
            message_from_bytes(unpacked(one.mail), policy=default).get_content()
            for one in Receipt.objects.order_by("pk")
        ]


def unchanged_but_for_the_mail(before: dict[str, str]) -> bool:
    after = everything()
    return {name for name in after if after[name] != before[name]} <= {"incoming_mail"}


def test_an_honest_reply_is_taken_and_answered() -> None:
    delivery, (one, two, three) = told(1, 2, 3)
    file = sheet((one, "fixed", "patched", ""), (two, "Behoben", "", "02.03.2026"), (three,))
    assert taken(reply(delivery, file, words="Best wishes")) is Became.ANSWERED
    assert answers() == [(key, "fixed", "mail", DESK) for key in sorted((one, two))]
    assert [state_of(key) for key in (one, two, three)] == [
        State.CLAIMED, State.CLAIMED, State.OPEN,
    ]  # fmt: skip
    with staff_scope():
        assert AlertComment.objects.get().text == "Best wishes"
    (written,) = receipts()
    assert "2 fixed" in written
    assert "kept with the alert" in written
    assert incoming_mails() == []


def test_the_receipt_says_what_was_refused_and_goes_to_nobody_else() -> None:
    delivery, (one, two) = told(1, 2)
    stranger = uuid4()
    file = sheet((one, "fixed"), (two, "done"), (stranger, "fixed"))
    raw = reply(delivery, file, headers=[("Reply-To", "evil@x.example")])
    assert taken(raw) is Became.PARTLY
    with staff_scope():
        receipt = Receipt.objects.get()
        assert receipt.recipient == DESK
        mail = message_from_bytes(unpacked(receipt.mail), policy=default)
        assert RefusedAnswer.objects.count() == 2
    assert mail["To"] == DESK
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == "<1@nordwind.example>"
    words = " ".join(mail.get_content().split())
    assert "line 3: This is none of the words for the status" in words
    assert "“done”" in words
    assert f"line 4: This is none of the threats that you can answer for here. (“{stranger}”)" in (
        words
    )
    (letter,) = incoming_mails()
    assert letter.became == "partly"
    assert "line 3: unknown-status done" in letter.detail


@pytest.mark.parametrize(
    ("wrap", "name"),
    [
        (lambda file: file, "a.csv"),
        (lambda file: zipped(("a.csv", file)), "a.csv.zip"),
        (lambda file: file.decode().encode("utf-16"), "a.csv"),
    ],
    ids=["csv", "zip", "utf-16"],
)
def test_every_form_of_the_file_is_read(wrap: object, name: str) -> None:
    delivery, (one,) = told(1)
    data = wrap(sheet((one, "fixed")))  # type: ignore[operator]
    assert taken(reply(delivery, data, name=name)) is Became.ANSWERED
    assert state_of(one) == State.CLAIMED


def test_a_json_object_is_an_answer() -> None:
    delivery, (one,) = told(1)
    told_ = {"format": "tocsin-answer", "version": 1, "report": str(one), "statement": "fixed"}
    raw = reply(delivery, json.dumps(told_).encode(), name="answer.json")
    assert taken(raw) is Became.ANSWERED
    assert state_of(one) == State.CLAIMED


def test_plain_words_are_kept_and_never_guessed_into_a_state() -> None:
    delivery, (one,) = told(1)
    assert taken(reply(delivery, words="All fixed!\n\n> 1 threat")) is Became.COMMENT
    assert state_of(one) == State.OPEN
    assert answers() == []
    with organisation_scope(delivery.organisation_id):
        assert AlertComment.objects.get().text == "All fixed!"
    assert [one.became for one in incoming_mails()] == ["comment"]
    assert "It changed the state of no threat" in " ".join(receipts()[0].split())


def test_our_own_file_sent_back_as_it_was_says_nothing() -> None:
    delivery, (one,) = told(1)
    with staff_scope():
        file = unpacked(Delivery.objects.select_related("alert").get().alert.csv)
    assert taken(reply(delivery, file)) is Became.COMMENT
    assert (answers(), state_of(one)) == ([], State.OPEN)


def _suspend(delivery: Delivery) -> None:
    Organisation.objects.filter(pk=delivery.organisation_id).update(suspended=True)


def _remove(delivery: Delivery) -> None:
    Contact.objects.filter(organisation_id=delivery.organisation_id).delete()


def _not_yet(delivery: Delivery) -> None:
    Contact.objects.filter(organisation_id=delivery.organisation_id).update(pending=True)


FORGED = [
    ("evil@x.example", [], None),
    (f'"{DESK}" <evil@x.example>', [], None),
    (f"{DESK}, evil@x.example", [], None),
    ("evil@x.example", [("Reply-To", DESK), ("Sender", DESK)], None),
    ("abuse@nordwind-hosting.example.evil.example", [], None),
    ("security@nordwind-hosting.example", [], None),
    (DESK, [("DKIM-Signature", "v=1; a=rsa-sha256; d=nordwind-hosting.example; b=x")], None),
    (DESK, [], _suspend),
    (DESK, [], _remove),
    (DESK, [], _not_yet),
]


@pytest.mark.parametrize(("sender", "headers", "first"), FORGED)
def test_who_is_not_proved_changes_nothing_and_hears_nothing(
    sender: str, headers: list[tuple[str, str]], first: object
) -> None:
    delivery, (one,) = told(1)
    if first:
        with staff_scope():
            first(delivery)  # type: ignore[operator]
    raw = reply(delivery, sheet((one, "fixed")), words="hi", sender=sender, headers=headers)
    before = everything()
    assert taken(raw) is Became.UNVERIFIED
    assert unchanged_but_for_the_mail(before)
    (letter,) = incoming_mails()
    assert letter.detail


def test_two_from_lines_are_no_sender() -> None:
    delivery, (one,) = told(1)
    raw = b"From: evil@x.example\n" + reply(delivery, sheet((one, "fixed")))
    before = everything()
    assert taken(raw) is Became.UNVERIFIED
    assert unchanged_but_for_the_mail(before)


@pytest.mark.parametrize(
    "answered",
    ["", "<made@up.example>", "<00000000-0000-4000-8000-000000000000@cert.example>"],
)
def test_the_tickets_number_alone_proves_nothing(answered: str) -> None:
    delivery, (one,) = told(1)
    raw = reply(delivery, sheet((one, "fixed")), headers=[("In-Reply-To", answered)])
    before = everything()
    assert taken(raw) is Became.REPLY
    assert unchanged_but_for_the_mail(before)
    assert "proves nothing" in incoming_mails()[0].detail


def test_another_ticket_in_the_subject_makes_no_difference() -> None:
    delivery, (one,) = told(1)
    other, (theirs,) = told(2, name="Other Hosting")
    raw = reply(
        delivery, sheet((one, "fixed"), (theirs, "fixed")),
        headers=[("Subject", f"Re: [{other.alert.ticket}]")],
    )  # fmt: skip
    assert taken(raw) is Became.PARTLY
    assert (state_of(one), state_of(theirs)) == (State.CLAIMED, State.OPEN)


def test_somebody_elses_delivery_is_not_answered_by_a_contact_of_ones_own() -> None:
    told(1)
    other, (theirs,) = told(2, name="Other Hosting")
    before = everything()
    assert taken(reply(other, sheet((theirs, "fixed")))) is Became.UNVERIFIED
    assert unchanged_but_for_the_mail(before)


def test_threats_of_others_and_of_other_alerts_are_unknown_alike() -> None:
    first, (old,) = told(1)
    with staff_scope():
        theirs = threat(organisation("Other Hosting"), 2)
        untold = threat(Organisation.objects.get(name="Nordwind Hosting"), 3)
    file = sheet((theirs, "fixed"), (untold, "fixed"), (uuid4(), "fixed"))
    assert taken(reply(first, file)) is Became.REFUSED
    assert answers() == []
    with staff_scope():
        refused = set(RefusedAnswer.objects.values_list("reason", "detail"))
    assert refused == {("unknown", "")}
    assert [state_of(key) for key in (old, theirs, untold)] == [State.OPEN] * 3


def test_the_same_bytes_again_change_nothing() -> None:
    delivery, (one,) = told(1)
    raw = reply(delivery, sheet((one, "fixed")))
    taken(raw)
    before = everything()
    assert taken(raw) is Became.KNOWN
    assert everything() == before


@pytest.mark.parametrize(
    "headers",
    [
        [("Received", "from evil by us")],
        [("Message-ID", "<2@evil.example>"), ("Received", "from evil by us")],
        [("Date", "Mon, 2 Mar 2026 10:00:00 +0000"), ("Message-ID", "")],
    ],
)
def test_the_same_answer_in_another_wrapping_changes_nothing(
    headers: list[tuple[str, str]],
) -> None:
    delivery, (one,) = told(1)
    taken(reply(delivery, sheet((one, "fixed")), words="x"))
    taken(reply(delivery, sheet((one, "need-help")), headers=[("Message-ID", "<9@n.example>")]))
    before = everything()
    again = reply(delivery, sheet((one, "fixed")), words="x", headers=headers)
    assert taken(again) is Became.KNOWN
    assert unchanged_but_for_the_mail(before)


def test_a_message_id_comes_once_whatever_it_says() -> None:
    delivery, (one,) = told(1)
    taken(reply(delivery, sheet((one, "fixed"))))
    before = everything()
    assert taken(reply(delivery, sheet((one, "not-ours")))) is Became.KNOWN
    assert unchanged_but_for_the_mail(before)


@pytest.mark.parametrize(
    "file",
    [
        b"x" * 50_000_000,
        zipped(("a.csv", b"0" * 50_000_000)),
        b"\xff\xfe\x00",
        b"\x81\x8d\x90",
        b"",
        b"id,status\n" + b"\n" * 2_000_000,
    ],
    ids=["50 MB", "bomb", "encoding", "no text", "empty", "lines"],
)
def test_a_file_that_cannot_be_taken_is_refused_as_a_whole(file: bytes) -> None:
    delivery, (one,) = told(1)
    assert taken(reply(delivery, file, sheet((one, "fixed")))) is Became.PARTLY
    assert state_of(one) == State.CLAIMED
    with staff_scope():
        (refused,) = RefusedAnswer.objects.all()
    assert refused.row == 0


THEIRS = "00000000-0000-0000-0000-0000000000ff"
FORGED_FILES = {
    "theirs": (sheet(("{theirs}", "fixed"), (THEIRS, "not-ours")), "none of the threats"),
    "formula": (sheet(("{own}", "fixed", "=cmd|' /C calc'!A0", "")), "holds a formula"),
    "formula as a status": (sheet(("{own}", '"=HYPERLINK(""http://x"")"')), "holds a formula"),
    "formula as an id": (sheet(("=A1", "fixed")), "holds a formula"),
    "50 MB": (b"x" * 50_000_000, ""),
    "bomb": (zipped(("a.csv", b"0" * 50_000_000)), ""),
    "wrong encoding": (sheet(("{own}", "fixed")).decode().encode("utf-16")[:-1] + b"\x81\xd8", ""),
    "EBCDIC": (sheet(("{own}", "fixed")).decode().encode("cp500"), ""),
    "NUL": (sheet(("{own}", "fixed", "a\0b", "")), ""),
    "in the future": (sheet(("{own}", "fixed", "", "2126-01-01")), ""),
}


@pytest.mark.parametrize("case", FORGED_FILES)
def test_a_forged_file_changes_nothing_but_what_reports_it(case: str) -> None:
    delivery, (own,) = told(1)
    _, (theirs,) = told(2, name="Other Hosting")
    file, said = FORGED_FILES[case]
    if len(file) < 10_000:
        file = file.replace(b"{own}", str(own).encode()).replace(b"{theirs}", str(theirs).encode())
    before = everything()
    assert taken(reply(delivery, file)) is Became.REFUSED
    after = everything()
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"incoming_mail", "receipt", "refused_answer", "procrastinate_jobs",
                       "procrastinate_events"}  # fmt: skip
    (receipt,) = receipts()
    words = " ".join(receipt.split())
    assert said in words
    (letter,) = incoming_mails()
    assert (letter.became, bool(letter.detail)) == ("refused", True)
    assert "Other Hosting" not in words
    assert "192.0.2.2" not in words


@pytest.mark.parametrize("header", ["References", "In-Reply-To"])
def test_naming_another_organisations_mail_as_well_opens_nothing_of_theirs(header: str) -> None:
    delivery, (own,) = told(1)
    other, (theirs,) = told(2, name="Other Hosting")
    both = f"{delivery.message_id} {other.message_id}"
    before = everything()
    raw = reply(delivery, sheet((own, "fixed"), (theirs, "fixed")), headers=[(header, both)])
    taken(raw)
    after = everything()
    assert state_of(theirs) == State.OPEN
    if state_of(own) == State.OPEN:
        assert unchanged_but_for_the_mail(before)
    assert {letter.became for letter in incoming_mails()} <= {"unverified", "partly"}
    assert incoming_mails()
    assert after["incoming_mail"] != before["incoming_mail"]


@pytest.mark.parametrize(
    "raw",
    [
        lambda raw: raw + b"x" * 50_000_000,
        lambda raw: raw.replace(b"charset=\"utf-8\"", b"charset=\"utf-7\""),
        lambda raw: raw.replace(b"text/plain", b"text/plain; charset=\xff"),
        lambda raw: raw.replace(b"base64", b"x-uuencode"),
        lambda raw: raw.replace(b"Subject: ", b"Subject: =?utf-16?B?/////w==?= "),
        lambda raw: raw[: len(raw) // 2],
        lambda raw: b"\xff\xfe" + raw,
        lambda raw: raw.decode().encode("utf-16"),
        lambda raw: b"",
        lambda raw: b"Content-Type: message/rfc822\n\n" * 500 + raw,
    ],
    ids=["50 MB", "utf-7", "charset", "transfer", "subject", "half", "mark", "utf-16", "empty",
         "nested"],
)  # fmt: skip
def test_a_broken_mail_is_kept_for_a_person_or_understood(raw: Callable[[bytes], bytes]) -> None:
    """None of them breaks the reader, and none changes a threat that it does not name."""
    delivery, (own, other) = told(1, 2)
    sent = raw(reply(delivery, sheet((own, "fixed"))))
    before = everything()
    became = taken(sent)
    assert state_of(other) == State.OPEN
    if state_of(own) == State.OPEN:
        after = everything()
        changed = {name for name in after if after[name] != before[name]}
        assert changed <= {"incoming_mail", "receipt", "refused_answer", "alert_comment",
                           "procrastinate_jobs", "procrastinate_events"}  # fmt: skip
        assert [letter.became for letter in incoming_mails()] == [became.value]


def test_a_formula_is_refused_and_not_kept_as_a_comment() -> None:
    delivery, (one,) = told(1)
    assert taken(reply(delivery, sheet((one, "fixed", "=1+1", "")))) is Became.REFUSED
    assert answers() == []


def test_too_many_files_are_none() -> None:
    delivery, (one,) = told(1)
    assert taken(reply(delivery, *[sheet((one, "fixed"))] * 11)) is Became.REFUSED
    assert answers() == []


def test_a_program_is_not_written_back_to() -> None:
    delivery, (one,) = told(1)
    raw = reply(
        delivery, sheet((one, "fixed")), name=f"{delivery.alert.ticket}.csv",
        headers=[("Auto-Submitted", "auto-generated")],
    )  # fmt: skip
    assert taken(raw) is Became.ANSWERED
    assert receipts() == []


def test_nobody_gets_more_than_a_few_receipts_a_day() -> None:
    delivery, (one,) = told(1)
    for number in range(MOST_A_DAY + 2):
        headers = [("Message-ID", f"<{number}@nordwind.example>")]
        taken(reply(delivery, sheet((one, "fixed", number)), headers=headers))
    assert len(receipts()) == MOST_A_DAY
    with staff_scope():
        assert "no receipt" in IncomingMail.objects.latest("pk").detail


@pytest.mark.parametrize(
    ("role", "became"), [(Role.ABUSE_DESK, Became.ANSWERED), (Role.READER, Became.UNVERIFIED)]
)
def test_people_of_the_organisation_who_may_answer_do(role: Role, became: Became) -> None:
    delivery, (one,) = told(1)
    with staff_scope():
        Person.objects.create(
            email="jo@else.example", role=role, created_at=NOW,
            organisation_id=delivery.organisation_id,
        )  # fmt: skip
    assert taken(reply(delivery, sheet((one, "fixed")), sender="Jo@Else.example")) is became


def test_our_mail_servers_word_is_needed_where_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "TOCSIN_MAIL_CHECKED_BY", "mx.cert.example")
    delivery, (one,) = told(1)
    raw = reply(delivery, sheet((one, "fixed")))
    assert taken(raw) is Became.UNVERIFIED
    passed = b"Authentication-Results: mx.cert.example; spf=pass smtp.mailfrom=" + DESK.encode()
    assert taken(passed + b"\n" + raw) is Became.ANSWERED


def test_a_mail_that_breaks_the_program_is_a_persons_and_holds_up_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError

    delivery, (one,) = told(1)
    with monkeypatch.context() as patch:
        patch.setattr(by_mail, "words_of", broken)
        assert taken(reply(delivery, sheet((one, "fixed")))) is Became.OTHER
    assert [letter.became for letter in incoming_mails()] == ["other"]
    assert answers() == []


def delegation(of: int, **changes: object) -> Delegation:
    with staff_scope():
        return Delegation.objects.create(
            **{"organisation_id": of, "form": "prefix", "value": "192.0.2.0/25", "name": "Kiosk",
               "email": "it@kiosk.example", "language": "de", "valid_from": NOW, "made_by": "jo",
               "made_at": NOW, **changes},
        )  # fmt: skip


def test_a_delegations_contact_answers_its_own_alert_and_the_organisation_sees_it() -> None:
    with staff_scope():
        owner = organisation()
    made = delegation(owner.pk)
    _, (inside, outside) = told(1, 200)
    with staff_scope():
        theirs = Delivery.objects.select_related("alert").get(alert__delegation=made)
    file = sheet((inside, "fixed"), (outside, "fixed"))
    assert taken(reply(theirs, file, sender="it@kiosk.example")) is Became.PARTLY
    assert (state_of(inside), state_of(outside)) == (State.CLAIMED, State.OPEN)
    with organisation_scope(owner.pk):
        assert Answer.objects.get().delegation_id == made.pk


def test_whose_delegation_has_ended_answers_no_more() -> None:
    with staff_scope():
        owner = organisation()
    made = delegation(owner.pk)
    _, (inside,) = told(1)
    with staff_scope():
        theirs = Delivery.objects.select_related("alert").get(alert__delegation=made)
        Delegation.objects.update(valid_to=NOW)
    raw = reply(theirs, sheet((inside, "fixed")), sender="it@kiosk.example")
    assert taken(raw) is Became.UNVERIFIED


def test_a_contact_added_later_may_answer_as_well() -> None:
    delivery, (one,) = told(1)
    with staff_scope():
        contact(Organisation.objects.get(), "security")
    raw = reply(delivery, sheet((one, "fixed")), sender="security@nordwind-hosting.example")
    assert taken(raw) is Became.ANSWERED
