"""Events of couriers: their application, training, shifts and standing."""

from core.events import Event


class ApplicationDecided(Event, name="couriers.application_decided"):
    """An application was accepted, refused, or sent back for a better photo."""

    courier: int
    decision: str  # accept, refuse, ask_again
    reason: str
    application: int | None
    by: int


class CoursePublished(Event, name="couriers.course_published"):
    """A new version of a course is live."""

    course: int
    by: int | None


class CourierActivated(Event, name="couriers.courier_activated"):
    """Somebody may take jobs: trained for it, or not suspended any more."""

    courier: int
    by: int


class CourierSuspended(Event, name="couriers.courier_suspended"):
    """A courier may take no new jobs."""

    courier: int
    by: int
    reason: str


class CourierBanned(Event, name="couriers.courier_banned"):
    """A courier was banned from the platform, perhaps with jobs in hand."""

    courier: int
    legs: tuple[int, ...]  # in hand


class DutyEnded(Event, name="couriers.duty_ended"):
    """A courier is off duty now."""

    courier: int


class RestAdvised(Event, name="couriers.rest_advised"):
    """A courier has worked so long today that a break is advised."""

    courier: int


class RestForced(Event, name="couriers.rest_forced"):
    """A courier has worked as long as one may in a day."""

    courier: int
    shifts: int  # how many shifts they were let off


class ShiftSoon(Event, name="couriers.shift_soon"):
    """A courier's shift begins in half an hour."""

    assignment: int


class ShiftMissed(Event, name="couriers.shift_missed"):
    """A courier did not come to their shift."""

    assignment: int
    courier: int
