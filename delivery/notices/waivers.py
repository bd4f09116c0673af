"""What is said about a delivery without a photo: to supervisors that one is asked for, to the courier that it is allowed."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.permissions import supervisors
from core import links
from core.events import subscribe
from delivery.events import PhotoWaiverAsked, PhotoWaiverGiven
from delivery.models import Leg
from notifications import kinds
from notifications.kinds import Topic
from notifications.services import notify

kinds.add("photo_waiver_asked", Topic.NEEDED, severity=2)
kinds.add("photo_waiver_given", Topic.NEEDED, severity=2)


def _leg(event: PhotoWaiverAsked | PhotoWaiverGiven) -> Leg:
    return Leg.objects.select_related("order", "campus", "courier__user").get(pk=event.leg)


@subscribe(PhotoWaiverAsked)
def tell_supervisors(event: PhotoWaiverAsked) -> None:
    """Notify the supervisors of the campus."""
    leg = _leg(event)
    watching = supervisors().filter(Q(staff_roles__campus=leg.campus_id) | Q(is_superuser=True)).distinct()
    for user in watching:
        with in_language_of(user):
            notify(
                user=user,
                kind="photo_waiver_asked",
                level="warn",
                title=_("A courier at the door cannot take a photo"),
                body=_("Order %(no)s: allow them on the board to leave it without one, or call them.")
                % {"no": leg.order.no},
                link=f"{links.url('operators.board')}?campus={leg.campus.code}",
                about=leg.order.no,
                key=f"photo-waiver-asked:{leg.pk}:{leg.courier_id}:{user.pk}",
            )


@subscribe(PhotoWaiverGiven)
def tell_courier(event: PhotoWaiverGiven) -> None:
    """Notify the courier at the door."""
    leg = _leg(event)
    if leg.courier is None:
        return
    with in_language_of(leg.courier.user):
        notify(
            user=leg.courier.user,
            kind="photo_waiver_given",
            level="good",
            title=_("You may leave it at the door without a photo"),
            body=_("A supervisor has allowed it for order %(no)s.") % {"no": leg.order.no},
            link=reverse("delivery:job", args=[leg.no]),
            about=leg.order.no,
            key=f"photo-waiver-given:{leg.pk}:{leg.courier_id}",
        )
