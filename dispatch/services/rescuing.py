"""An operator sends a second courier for goods that a first one has in hand."""

from accounts.models import Actor
from campus.geo import LatLon
from core.db import for_update
from core.errors import NotAllowed
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import CARRIED, Leg, Rescue
from delivery.services.legs import lock_leg
from dispatch.admission import refusal


def rescue(
    *, giver: Leg, courier: Courier, way: str, where: LatLon, reason: str, actor: Actor, note: str = "", photo=None,
    extra_fen: int | None = None,
) -> Rescue:  # fmt: skip
    """`delivery.services.begin_rescue` for a courier who may carry it: the same rule as for every other way to a job.

    Raises NotAllowed, with the reason for whoever sends them, and WrongState.
    """
    with lock_leg(giver.pk) as giver:
        courier = for_update(Courier.objects.filter(pk=courier.pk)).select_related("user").get()
        carried = courier.legs.filter(status__in=CARRIED).count()
        if reason_not := refusal(courier, giver, carried=carried):
            raise NotAllowed(reason_not.for_dispatcher)
        return delivery.begin_rescue(
            giver=giver, courier=courier, way=way, where=where, reason=reason, actor=actor, note=note, photo=photo,
            extra_fen=extra_fen,
        )  # fmt: skip
