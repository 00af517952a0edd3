"""What a kind is: facts, and words in the languages that somebody wrote them in."""

from dataclasses import dataclass, replace

from tocsin.kinds.columns import Columns
from tocsin.kinds.language import translate

PARTS = ("what", "risk", "fix", "check")


@dataclass(frozen=True, slots=True)
class Text:
    """What a recipient is told: plain text, blank line = paragraph, `- ` = list item."""

    what: str
    risk: str
    fix: str
    check: str

    def parts(self) -> tuple[tuple[str, str], ...]:
        return tuple((part, getattr(self, part)) for part in PARTS)


@dataclass(frozen=True, slots=True)
class OwnText:
    """The authority's words for a kind in one language; an empty title is the shipped one."""

    language: str
    title: str
    text: Text


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of threat.  `class_` and `type` are RSIT's; `window_days` is 0 for a scan.

    `text_from`: the name of the kind that the text was written for, so that twins share one
    section of an alert.  `flagged`: nobody has described this kind yet, its facts are a guess.
    `own`: the authority's own words, where it has any; `shipped` is then what they stand before.
    `once`: from one list that came once, so that nobody is reminded of it.
    """

    name: str
    title: str
    class_: str
    type: str
    severity: str
    nature: str
    window_days: int
    needs: tuple[str, ...]
    columns: Columns
    text: Text
    text_from: str
    like: str = ""
    family: str = ""
    aliases: tuple[str, ...] = ()
    flagged: bool = False
    own: tuple[OwnText, ...] = ()
    shipped: "Kind | None" = None
    once: bool = False

    @property
    def affected(self) -> tuple[tuple[str, str], ...]:
        return self.columns.affected

    @property
    def key(self) -> tuple[str, ...]:
        return self.columns.key

    def title_in(self, language: str) -> str:
        return self._in(language)[0]

    def text_in(self, language: str) -> Text:
        """The whole text in that language, or in English: never half and half."""
        return self._in(language)[1]

    def languages(self) -> tuple[str, ...]:
        """Those that the authority has words of its own in."""
        return tuple(one.language for one in self.own)

    def _in(self, language: str) -> tuple[str, Text]:
        """Own words in that language, shipped ones in it, own ones in English, then whatever."""
        if own := self._own_in(language):
            return own.title or _translated(self.shipped or self, language)[0], own.text
        title, text = _translated(self.shipped or self, language)
        if self.own and (self.once or text == (self.shipped or self).text):
            return self.title, self.text
        return title, text

    def _own_in(self, language: str) -> OwnText | None:
        plain = language.replace("_", "-").lower()
        for wanted in (plain, plain.split("-")[0]):
            for one in self.own:
                if one.language.lower() == wanted:
                    return one
        return None


def _translated(one: Kind, language: str) -> tuple[str, Text]:
    parts = {part: translate(text, language) for part, text in one.text.parts()}
    complete = all(parts[part] != text for part, text in one.text.parts())
    return translate(one.title, language), Text(**parts) if complete else one.text


def as_shipped(one: Kind) -> Kind:
    """The kind without the authority's own words."""
    return one.shipped or replace(one, own=())
