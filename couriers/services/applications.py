"""How somebody becomes a courier: they apply with two photos, an operator decides, the photos go."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts import services as accounts
from accounts.models import Actor, Gender, User
from campus.models import Vehicle
from core import clock, outbox, realtime
from core.db import for_update
from core.errors import Invalid, NotAllowed, WrongState
from couriers.events import ApplicationDecided
from couriers.models import Application, Courier
from couriers.services.duty import end_spell
from couriers.services.shifts import give_up_shifts

AGAIN_AFTER = timedelta(days=7)


@transaction.atomic
def submit_application(
    *, actor: Actor, name: str, gender: str, vehicle: str, student_card, face
) -> Application:
    """Ask to become a courier of one's campus, with two cleaned photos. Also anew, after a refusal or when photos
    were asked for again."""
    if gender not in (Gender.MALE, Gender.FEMALE) or vehicle not in Vehicle.values:
        raise Invalid
    if actor.campus_id is None:
        raise Invalid(_("Choose your campus first."))
    accounts.update_profile(user=actor, name=name, campus=actor.campus, gender=gender)
    courier, is_new = Courier.objects.get_or_create(
        user=actor,
        defaults={
            "campus_id": actor.campus_id, "gender": gender, "vehicle": vehicle, "created_at": clock.now(),
        },
    )  # fmt: skip
    if not is_new:
        courier = for_update(Courier.objects.filter(pk=courier.pk)).get()
        if can_proceed(courier.apply_again):
            if (until := may_apply_from(courier)) and clock.now() < until:
                raise WrongState(_("You can apply again in a few days."))
            courier.apply_again()
        if courier.status != Courier.Status.APPLIED:
            raise WrongState
        if courier.applications.filter(status=Application.Status.WAITING).exists():
            raise WrongState(_("Your application is with the campus team already."))
        if courier.campus_id != actor.campus_id:
            courier.zones.clear()  # nothing here goes to the other campus's
        courier.campus_id, courier.gender, courier.vehicle = actor.campus_id, gender, vehicle
        courier.save(update_fields=["status", "campus", "gender", "vehicle"])
    made = Application.objects.create(
        courier=courier, student_card=student_card, face=face, sent_at=clock.now()
    )
    realtime.broadcast(f"console.{courier.campus_id}", "application", id=made.pk)
    return made


def may_apply_from(courier: Courier):
    """When somebody who was refused may apply again (a datetime); None when nothing stands in the way."""
    refused = courier.applications.filter(status=Application.Status.REFUSED).last()
    return refused.decided_at + AGAIN_AFTER if refused and courier.status == Courier.Status.REFUSED else None


def accept_applicant(*, courier: Courier, actor: Actor) -> Courier:
    """The documents are in order (shown in the application, or in person): the training may begin."""
    return _decide(courier, actor, "vet", "accept", "")


def refuse_applicant(*, courier: Courier, actor: Actor, reason: str) -> Courier:
    return _decide(courier, actor, "refuse", "refuse", reason)


def ask_for_better_photo(*, courier: Courier, actor: Actor, reason: str) -> Courier:
    return _decide(courier, actor, None, "ask_again", reason)


@transaction.atomic
def _decide(courier: Courier, actor: User, turn: str | None, decision: str, reason: str) -> Courier:
    courier = for_update(Courier.objects.filter(pk=courier.pk)).get()
    if courier.user_id == actor.pk:
        raise NotAllowed(_("Somebody else has to decide about your own application."))
    if turn:
        if not can_proceed(getattr(courier, turn)):
            raise WrongState
        getattr(courier, turn)()
        courier.save(update_fields=["status"])
    application = for_update(courier.applications.filter(status=Application.Status.WAITING)).first()
    if application is None and not (turn and decision == "accept"):
        raise WrongState(_("There is no application that waits for a decision."))
    if application is not None:
        getattr(application, decision)()
        application.decided_by, application.reason = actor, reason[:200]
        application.save(update_fields=["status", "decided_at", "decided_by", "reason"])
    outbox.emit(
        ApplicationDecided(
            courier=courier.pk,
            decision=decision,
            reason=reason[:200],
            application=application.pk if application else None,
            by=actor.pk,
        )
    )
    realtime.broadcast(f"user.{courier.user_id}", "application", id=courier.pk)
    return courier


def delete_documents() -> int:
    """Delete the photos of every application that is decided, as soon as it is and again by beat. Returns how many.

    The file goes first: when the process dies in between, the row still says that there is one to delete.
    """
    decided = Application.objects.exclude(status=Application.Status.WAITING)
    count = 0
    for application in decided.exclude(Q(student_card="") & Q(face="")):
        for file in application.photos.values():
            file.delete(save=False)
            count += 1
        application.save(update_fields=["student_card", "face"])
    return count


@transaction.atomic
def forget_courier(*, user_pk: int) -> None:
    """A person is erased: what they promised and applied for ends. What was known of them goes by the table of
    personal data; the jobs stay for the books."""
    courier = for_update(Courier.objects.filter(user=user_pk)).first()
    if courier is not None:
        _bid_farewell(courier)


@transaction.atomic
def resign(*, courier: Courier, actor: Actor) -> Courier:
    """Stop being a courier, by one's own wish and with empty hands."""
    courier = for_update(Courier.objects.filter(pk=courier.pk)).get()
    if not can_proceed(courier.leave):
        raise WrongState
    if courier.is_carrying:
        raise WrongState(_("Finish or give back your jobs first."))
    _bid_farewell(courier)
    return courier


def _bid_farewell(courier: Courier) -> None:
    """They have left, as far as their state allows; what waits, what they promised, and where they were goes. The row is
    locked."""
    for application in for_update(courier.applications.filter(status=Application.Status.WAITING)):
        application.withdraw()
        application.save(update_fields=["status", "decided_at"])
    end_spell(courier)
    give_up_shifts(courier)
    if can_proceed(courier.leave):  # not who was refused or suspended: that stays so
        courier.leave()
    courier.lat = courier.lon = courier.accuracy_m = courier.located_at = None
    courier.save(update_fields=["status", "on_duty", "duty_since", "lat", "lon", "accuracy_m", "located_at"])
