"""The form for what is said of a kind in one language, and the mail that it would make."""

from email.message import EmailMessage

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.alerts.content import KindText
from tocsin.alerts.sample import mail_of, sample_alert
from tocsin.errors import TocsinError
from tocsin.kinds.actions import LONGEST_TEXT, LONGEST_TITLE, Wording
from tocsin.kinds.catalogue import Kind
from tocsin.web.clock import now
from tocsin.web.headers import MAIL_POLICY
from tocsin.web.letters import read_letter

LANGUAGES = (
    ("en", "English"), ("de", "Deutsch"), ("cy", "Cymraeg"), ("fr", "Français"),
    ("es", "Español"), ("it", "Italiano"), ("nl", "Nederlands"), ("pl", "Polski"),
    ("pt", "Português"), ("cs", "Čeština"), ("sv", "Svenska"), ("da", "Dansk"),
)  # fmt: skip
NAMES = dict(LANGUAGES)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class WordsForm(forms.Form):
    """Texts in the form of `kinds.prose`."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    what = forms.CharField(
        label=gettext_lazy("What was seen"), max_length=LONGEST_TEXT, widget=_area(4)
    )
    risk = forms.CharField(
        label=gettext_lazy("Why it matters"), max_length=LONGEST_TEXT, widget=_area(4)
    )
    fix = forms.CharField(
        label=gettext_lazy("How to fix it"), max_length=LONGEST_TEXT, widget=_area(8),
        help_text=gettext_lazy(
            "An empty line begins a paragraph, “- ” at its beginning makes a line an item of a "
            "list, `backquotes` are around what is to be typed."
        ),
    )  # fmt: skip
    check = forms.CharField(
        label=gettext_lazy("How to check the fix"), max_length=LONGEST_TEXT, widget=_area(4)
    )

    def wording(self) -> Wording:
        return Wording(**{name: self.cleaned_data[name] for name in self.fields})


def words_in(kind: Kind, language: str) -> dict[str, str]:
    """What a form begins with: what is said now in that language."""
    return {"title": kind.title_in(language), **dict(kind.text_in(language).parts())}


def shown_mail(wording: Wording, kind: Kind, severity: str, language: str) -> HttpResponse:
    """A sample mail in these words, for a frame; or what keeps them from being sent."""
    try:
        told = wording.tidied()
    except TocsinError as error:
        return plain(str(error))
    text = KindText(
        told.title, kind.class_, kind.type,
        what=told.what, risk=told.risk, fix=told.fix, check=told.check,
    )  # fmt: skip
    return shown(mail_of(sample_alert(text, severity, language, now())))


def shown(mail: EmailMessage) -> HttpResponse:
    """Its HTML, for a frame."""
    return HttpResponse(read_letter(mail).html, headers={"Content-Security-Policy": MAIL_POLICY})


def posted(form: WordsForm) -> Wording | None:
    return form.wording() if form.is_valid() else None


def incomplete() -> HttpResponse:
    return plain(_("Fill in all of the texts to see the mail."))


def plain(words: str) -> HttpResponse:
    """A sentence in the place of a mail."""
    return HttpResponse(
        words, content_type="text/plain; charset=utf-8",
        headers={"Content-Security-Policy": MAIL_POLICY},
    )  # fmt: skip
