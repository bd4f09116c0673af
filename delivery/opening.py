"""Where a campus needs relay stations before it opens."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campus.models import Admits, Campus
from campus.opening import Need, dorm_zones, opening_need
from couriers.models import Courier
from delivery.models import RelayStation


@opening_need(100)
def stations(campus: Campus) -> Need:
    """A way to every door: dorms for one gender need a courier who may enter, or a shelf before their gate."""
    active = RelayStation.objects.filter(place__campus=campus, is_active=True)
    served = set(active.values_list("zones", flat=True))
    at_work = set(
        Courier.objects.filter(Courier.MAY_WORK, campus=campus).values_list("user__gender", flat=True)
    )
    unreached = [
        zone.label
        for zone in dorm_zones(campus)
        if zone.admits != Admits.ANY and zone.pk not in served and zone.admits not in at_work
    ]
    return Need(
        "stations",
        gettext_lazy("Relay stations"),
        reverse("admin:delivery_relaystation_changelist"),
        _("No courier may enter, and no relay station serves: %s.") % ", ".join(unreached)
        if unreached
        else "",
        _("Every dorm can be reached; relay stations: %d.") % active.count(),
    )
