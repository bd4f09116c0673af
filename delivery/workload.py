"""Tells couriers what they carry (couriers.workload)."""

from collections.abc import Iterable

from couriers import workload
from delivery.models import HOLDING, Leg, LegStatus
from orders.models import Status

IN_HAND = (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF)


class Legs:
    def carrying(self, couriers: Iterable[int]) -> dict[int, list[str]]:
        carried: dict[int, list[str]] = {}
        legs = Leg.objects.filter(courier__in=couriers, status__in=HOLDING)
        for courier, status, no, order_status in legs.values_list(
            "courier", "status", "order__no", "order__status"
        ):
            comes = status in IN_HAND and order_status != Status.RETURNING
            carried.setdefault(courier, []).extend([no] if comes else [])
        return carried

    def carried_legs(self, courier: int) -> list[int]:
        legs = Leg.objects.filter(courier=courier, status__in=HOLDING).order_by("pk")
        return list(legs.values_list("pk", flat=True))


workload.use(Legs())
