"""The forms of officers and of self-assessments."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.constituency.models import Region
from tocsin.outreach.engagements import (
    LONGEST_ACTION,
    LONGEST_TEXT,
    MOST_ACTIONS,
    Agreed,
    Plan,
)
from tocsin.outreach.models import Engagement, Way
from tocsin.outreach.words import title_of

WAYS = [
    (Way.VISIT.value, _("Visit")),
    (Way.CALL.value, _("Call")),
    (Way.LETTER.value, _("Letter")),
    (Way.WORKSHOP.value, _("Workshop")),
]


class DayInput(forms.DateInput):
    """The browser's own calendar, and ISO days without one."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class EngagementForm(forms.Form):
    """An engagement; `kinds`: names of kinds that an action can be about."""

    way = forms.ChoiceField(label=_("How"), choices=WAYS)
    day = forms.DateField(
        label=_("Day"), widget=DayInput(), help_text=_("When it took place, or is to take place.")
    )
    talked_about = forms.CharField(
        label=_("What was talked about"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("Facts only: what came of it will be shown by what is observed."),
    )
    follow_up_on = forms.DateField(
        label=_("Follow-up"),
        widget=DayInput(),
        required=False,
        help_text=_("When to look at what came of it. On that day it is in your queue."),
    )

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("all threats")), *((name, title_of(name)) for name in kinds)]
        for at in range(1, MOST_ACTIONS + 1):
            self.fields[f"action_{at}"] = forms.CharField(
                label=_("Agreed action %(number)d") % {"number": at},
                required=False,
                max_length=LONGEST_ACTION,
            )
            self.fields[f"kind_{at}"] = forms.ChoiceField(
                label=_("Action %(number)d should make fewer") % {"number": at},
                required=False,
                choices=choices,
            )

    def plan(self) -> Plan:
        given = self.cleaned_data
        actions = (
            Agreed(given[f"action_{at}"], given[f"kind_{at}"])
            for at in range(1, MOST_ACTIONS + 1)
            if given[f"action_{at}"]
        )
        return Plan(
            given["way"], given["day"], given["talked_about"], given["follow_up_on"],
            tuple(actions),
        )  # fmt: skip


def initial_of(engagement: Engagement) -> dict[str, object]:
    """What the form of one that is there already says."""
    given: dict[str, object] = {
        "way": engagement.way,
        "day": engagement.day,
        "talked_about": engagement.talked_about,
        "follow_up_on": engagement.follow_up_on,
    }
    for at, one in enumerate(engagement.agreedaction_set.order_by("pk"), start=1):
        given |= {f"action_{at}": one.text, f"kind_{at}": one.kind}
    return given


class FollowUpForm(forms.Form):
    again_on = forms.DateField(
        label=_("Look at it again on"),
        widget=DayInput(),
        required=False,
        help_text=_("Leave it empty if this was the last time."),
    )


class RegionsForm(forms.Form):
    """The regions of one protect officer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Region.objects.order_by("name").values_list("code", "name")
        self.fields["regions"] = forms.MultipleChoiceField(
            label=_("Regions"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=list(known),
        )
