"""A lease: one process among many, on whatever host, does a thing until it stops renewing its claim.

The database's clock decides, so hosts need not agree on the time. Unlike an advisory lock, a lease of a host that lost
its power ends after `seconds`, not when a connection is found dead.
"""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from core.models import Lease


def acquire(name: str, holder: str, seconds: float) -> bool:
    """Whether `holder` has the lease for the next `seconds`: it had it already, or nobody has."""
    length = timedelta(seconds=seconds)
    # One that ends later than any can is from before the clock was set back.
    free = Q(holder=holder) | Q(until__lt=Now()) | Q(until__gt=Now() + length * 2)
    if Lease.objects.filter(free, name=name).update(holder=holder, until=Now() + length):
        return True
    if Lease.objects.filter(name=name).exists():
        return False
    Lease.objects.bulk_create([Lease(name=name)], ignore_conflicts=True)  # held by nobody yet
    return bool(Lease.objects.filter(free, name=name).update(holder=holder, until=Now() + length))


def release(name: str, holder: str) -> None:
    """Let others have it at once, if it is this holder's."""
    Lease.objects.filter(name=name, holder=holder).update(holder="", until=Now() - timedelta(seconds=1))


def holder(name: str) -> str:
    """Who holds it now, or held it last; "" for nobody."""
    return Lease.objects.filter(name=name).values_list("holder", flat=True).first() or ""
