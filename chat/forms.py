"""What a browser sends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campus.geo import metres
from campus.models import Campus
from campus.selectors import nearest_place
from chat.services import LONGEST
from core.images import PhotoField

# Further away nobody says "near".
NEAR_M = 300


class MessageForm(forms.Form):
    """One message: text, a photo, or a position. `client` names it."""

    client = forms.RegexField(r"^[\w-]{8,40}$", error_messages={"invalid": _("Please load the page again.")})
    text = forms.CharField(
        max_length=LONGEST,
        required=False,
        error_messages={"max_length": _("At most %(limit_value)d characters.")},
    )
    photo = PhotoField(required=False)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False)
    lon = forms.FloatField(min_value=-180, max_value=180, required=False)
    about = forms.CharField(max_length=32, required=False)
    internal = forms.BooleanField(required=False)

    def position(self, campus: Campus | None) -> dict | None:
        """Where the person is, as it is kept: {"lat", "lon", "near"}."""
        lat, lon = self.cleaned_data["lat"], self.cleaned_data["lon"]
        if lat is None or lon is None:
            return None
        near = nearest_place(campus, lat, lon) if campus else None
        if near and metres(near.position, (lat, lon)) > NEAR_M:
            near = None
        return {"lat": round(lat, 6), "lon": round(lon, 6), "near": near.pk if near else None}
