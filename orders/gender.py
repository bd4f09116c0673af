"""Who may carry an errand to its door."""

from django.utils.translation import gettext as _

from campus.models import Admits, Place
from core.errors import Invalid


def courier_gender(dropoff: Place, wanted: str) -> str:
    """Who may carry it to the door: the zone decides where it admits one gender, the customer elsewhere."""
    admits = dropoff.zone.admits if dropoff.zone else Admits.ANY
    return admits if admits != Admits.ANY else wanted


def check_gender(dropoff: Place, wanted: str) -> None:
    if wanted != Admits.ANY and courier_gender(dropoff, wanted) != wanted:
        raise Invalid(_("Couriers of that gender may not enter this building."))
