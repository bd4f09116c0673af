"""How busy each zone is, measured every five minutes for the price's demand line."""

from django.db.models import Count

from campus.models import Zone
from core import clock
from couriers.models import Courier
from delivery.models import Leg, LegStatus
from orders.models import Demand


def measure_demand() -> int:
    """Count open legs by the pickup's zone, and the campus's couriers on duty shared out over its busy zones."""
    open_jobs = dict(
        Leg.objects.filter(status=LegStatus.OPEN, pickup__zone__isnull=False)
        .values_list("pickup__zone")
        .annotate(count=Count("pk"))
    )
    couriers = dict(Courier.objects.filter(on_duty=True).values_list("campus").annotate(count=Count("pk")))
    zones = list(Zone.objects.filter(campus__is_active=True))
    total: dict[int, int] = {}
    for zone in zones:
        total[zone.campus_id] = total.get(zone.campus_id, 0) + open_jobs.get(zone.pk, 0)
    now = clock.now()
    Demand.objects.bulk_create(
        [
            Demand(
                zone=zone,
                open_jobs=(jobs := open_jobs.get(zone.pk, 0)),
                couriers=round(couriers.get(zone.campus_id, 0) * jobs / max(total[zone.campus_id], 1)),
                measured_at=now,
            )
            for zone in zones
        ],
        update_conflicts=True,
        unique_fields=["zone"],
        update_fields=["open_jobs", "couriers", "measured_at"],
    )
    return len(zones)
