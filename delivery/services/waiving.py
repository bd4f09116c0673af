"""Leaving goods at the door without a photo, when none can be kept: the courier asks, a supervisor allows it."""

from django.utils.translation import gettext as _

from accounts.models import StaffRole, User
from accounts.permissions import is_operator
from core.errors import NotAllowed, WrongState
from delivery.events import PhotoWaiverAsked, PhotoWaiverGiven
from delivery.models import Leg, LegStatus, PhotoWaiver
from delivery.services.courier_actions import mine
from delivery.services.legs import lock_leg, save_transition


def ask_without_photo(*, leg: Leg, actor: User) -> PhotoWaiver:
    """The courier at the door asks. Idempotent; a courier who took the leg over asks anew."""
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        if leg.status != LegStatus.AT_DROPOFF or leg.to_shelf:
            raise WrongState(_("Ask for that when you stand at the door."))
        waiver = PhotoWaiver.objects.filter(leg=leg).first()
        if waiver is not None and waiver.courier_id == leg.courier_id:
            return waiver
        if waiver is not None:
            waiver.delete()
        waiver = PhotoWaiver.objects.create(leg=leg, courier=leg.courier)
        save_transition(leg, "ask_without_photo", source=leg.status, actor=actor, event=PhotoWaiverAsked)
    return waiver


def allow_without_photo(*, leg: Leg, actor: User) -> PhotoWaiver:
    """One press of a supervisor of the campus. Idempotent."""
    with lock_leg(leg.pk) as leg:
        if not is_operator(actor, leg.campus, StaffRole.Role.SUPERVISOR):
            raise NotAllowed
        waiver = PhotoWaiver.objects.filter(leg=leg, courier=leg.courier_id).first()
        if waiver is None or leg.status != LegStatus.AT_DROPOFF:
            raise WrongState
        if waiver.status == PhotoWaiver.Status.GIVEN:
            return waiver
        waiver.give(actor)
        waiver.save()
        save_transition(
            leg, "allow_without_photo", source=leg.status, actor=actor, role="operator",
            event=PhotoWaiverGiven,
        )  # fmt: skip
    return waiver
