"""What people choose about being told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.hours.fields import daily_hours, times_of
from notifications import channels
from notifications.kinds import TOPIC_HELP, ChannelName, Topic
from notifications.models import Preference
from notifications.services.channel_selection import channels_for


class PreferenceForm(forms.Form):
    """A row of channels for each topic that concerns the person, and the quiet hours.

    Only channels that this installation has are shown; what was chosen about the others stays as it was.
    """

    quiet = forms.BooleanField(label=_("Keep quiet at night"), required=False)
    quiet_from = forms.TimeField(
        label=_("From"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    quiet_until = forms.TimeField(
        label=_("Until"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )

    def __init__(self, *args, preference: Preference, **kwargs) -> None:
        self.preference = preference
        start, end = times_of(preference.quiet_hours)
        kwargs["initial"] = {"quiet": preference.quiet, "quiet_from": start, "quiet_until": end}
        super().__init__(*args, **kwargs)
        self.shown = {str(channel.name) for channel in channels.configured()}
        choices = [choice for choice in ChannelName.choices if choice[0] in self.shown]
        for topic in self._topics():
            self.fields[topic.value] = forms.MultipleChoiceField(
                label=topic.label,
                help_text=TOPIC_HELP[topic],
                choices=choices,
                initial=channels_for(preference, topic),
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def _topics(self) -> list[Topic]:
        user, hidden = self.preference.user, set()
        if not hasattr(user, "courier"):
            hidden.add(Topic.JOBS)
        if not user.is_staff:
            hidden.add(Topic.PLATFORM)
        return [topic for topic in Topic if topic not in hidden]

    def topics(self) -> list[forms.BoundField]:
        return [self[topic.value] for topic in self._topics()]

    def clean(self) -> dict:
        data = super().clean()
        if data.get("quiet_from") and data["quiet_from"] == data.get("quiet_until"):
            if data["quiet"]:
                self.add_error(
                    "quiet_until", _("It ends when it begins. Choose another time, or switch it off.")
                )
            else:  # switched off, nobody cares about the times
                data["quiet_from"], data["quiet_until"] = times_of(self.preference.quiet_hours)
        return data

    def chosen(self) -> dict:
        """What `services.choose` takes."""
        data, own = self.cleaned_data, self.preference
        chosen = dict(own.channels)
        for topic in self._topics():
            kept = [name for name in channels_for(own, topic) if name not in self.shown]
            chosen[topic.value] = [*data[topic.value], *kept]
        return {
            "channels": chosen,
            "quiet": data["quiet"],
            "quiet_hours": daily_hours(data["quiet_from"], data["quiet_until"]),
        }
