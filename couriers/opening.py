"""The couriers that a campus needs before it opens."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campus.models import Campus
from campus.opening import Need, opening_need
from couriers.models import Courier


@opening_need(90)
def couriers(campus: Campus) -> Need:
    """Somebody who carries."""
    ready = Courier.objects.filter(Courier.MAY_WORK, campus=campus).count()
    return Need(
        "couriers",
        gettext_lazy("Couriers"),
        reverse("admin:couriers_courier_changelist"),
        ""
        if ready
        else _(
            "There is no courier who may work. People apply in the app; then accept them, and they begin their training."
        ),
        _("%d couriers who may work") % ready,
    )
