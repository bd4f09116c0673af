"""What couriers change about themselves."""

from django.db import transaction

from campus.models import Vehicle
from core.db import for_update
from core.errors import Invalid
from couriers.models import Courier

MOST_AT_ONCE = 5


@transaction.atomic
def update_profile(*, courier: Courier, vehicle: str, capacity: int, zones=()) -> Courier:
    """Another vehicle, another number of orders at once, other zones (none: everywhere). Jobs in hand stay in hand."""
    if vehicle not in Vehicle.values or not 1 <= capacity <= MOST_AT_ONCE:
        raise Invalid
    if any(zone.campus_id != courier.campus_id for zone in zones):
        raise Invalid
    courier = for_update(Courier.objects.filter(pk=courier.pk)).get()
    courier.vehicle, courier.capacity = vehicle, capacity
    courier.save(update_fields=["vehicle", "capacity"])
    courier.zones.set(zones)
    return courier
