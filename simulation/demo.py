"""The demo: a drawn campus with prices, people and a week of history, made once."""

from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from campus.models import Admits, Campus, Place
from campus.services import load_demo_campus
from catalog.models import CommissionRule, Merchant
from core import clock, outbox
from core.versioning import publish_version
from delivery.models import RelayStation
from dispatch.models import DispatchRule
from exceptions.library.loading import load_library
from exceptions.models import UNRESOLVED, Ticket
from notifications.models import Notice
from orders.kinds import ERRANDS
from orders.models import LIVE, Order, PriceRule
from orders.opening import fill_stages
from simulation import talk
from simulation.life import Life, Pace
from simulation.onboarding import make_applicant, make_courses, make_shifts
from simulation.people import make_people
from simulation.sweep import sweep
from simulation.wishes import WISHES

# Of accounts.demo: who owns the shop.
MERCHANT = "13800000008"
HISTORY = timedelta(days=7)
STEP, IDLE = timedelta(seconds=150), timedelta(minutes=5)
# A delivery is thought about so long: it is confirmed, rated or complained of.
AFTER = timedelta(minutes=10)
LAST_HOUR = timedelta(hours=1)


def load_demo(*, history: timedelta = HISTORY, say=print) -> Campus:
    """Make what is missing. The history is only made for a campus that has no orders yet."""
    campus = load_demo_campus()
    load_library()  # after the campus: its compensation rules come with it
    for kind in ERRANDS:
        if not PriceRule.objects.filter(campus=campus, kind=kind).exists():
            publish_version(PriceRule(campus=campus, kind=kind, **WISHES[kind].price))
    fill_stages(campus)
    make_dispatch(campus)
    now, is_new = clock.now(), not Order.objects.filter(campus=campus).exists()
    with clock.simulated(
        now - history if is_new else now
    ):  # they were there, with their money, before they ordered
        make_people(campus)
        make_courses(campus)
        make_partner(campus)
    talk.set_up_desk(campus)
    if is_new and history:
        say("living through a week of history …")
        live_through(campus, now - history, now)
        talk.leave_questions(campus)
    make_shifts(campus)
    make_applicant(campus)
    return campus


def make_dispatch(campus: Campus) -> None:
    """The shelf in front of the women's dorms, whose keeper comes with the people; jobs lie in the hall and are offered."""
    place = campus.places.get(code="relay-mei")
    station, is_new = RelayStation.objects.get_or_create(place=place, defaults={"slots": 16})
    if is_new:
        station.zones.set(campus.zones.filter(admits=Admits.FEMALE))
    DispatchRule.objects.get_or_create(campus=campus, kind="", defaults={"hall": True, "offers": True})


def make_partner(campus: Campus) -> None:
    """A shop where couriers buy on account, so that the books of merchants have something to show."""
    places = Place.objects.filter(campus=campus, is_active=True, kind=Place.Kind.SHOP).order_by("code")
    if (place := places.first()) is None or Merchant.objects.filter(campus=campus).exists():
        return
    shop = Merchant.objects.create(
        campus=campus, place=place, name=place.name, name_en=place.name_en, kind=Merchant.Kind.SHOP,
        errands_on_account=True, payee_holder="周师傅", payee_account="6222020200112233", payee_bank="工商银行",
        created_at=clock.now(),
    )  # fmt: skip
    shop.owners.add(*User.objects.filter(phone=MERCHANT))
    publish_version(CommissionRule(campus=campus, percent=8))


def under_way(campus: Campus, now: datetime) -> bool:
    """Whether anybody has something to do: an order, a delivery just made, a ticket."""
    orders = Order.objects.filter(campus=campus)
    return (
        orders.filter(status__in=LIVE).exists()
        or orders.filter(delivered_at__gt=now - AFTER).exists()
        or Ticket.objects.filter(campus=campus, status__in=UNRESOLVED).exists()
    )


def live_through(campus: Campus, start: datetime, end: datetime, *, seed: int = 7) -> None:
    """Let the virtual people live from `start` to `end`, with all sweeps, on a simulated clock.

    Time passes in steps while something is under way, and at once to the next order while nothing is. The last hour is
    busy at any time of the day, and its tickets are left open: a visitor finds work to do.
    """
    quiet = Pace(orders_per_hour=0.8, by_hour=True, speed=1, wait_seconds=60, live=False, patient=False)
    busy = Pace(orders_per_hour=20, speed=1, wait_seconds=60, live=False)
    with clock.simulated(start) as simulated, outbox.deferred_delivery():
        life = Life(campus, Random(seed), quiet)
        life.open_up()
        while simulated.time < end:
            if end - simulated.time < LAST_HOUR:
                life.pace = busy
            life.step(simulated.time)
            sweep()
            simulated.advance(seconds=STEP.total_seconds())
            if life.pace is quiet and not under_way(campus, simulated.time):
                while end - simulated.time >= LAST_HOUR and not life.wants(
                    simulated.time, IDLE.total_seconds()
                ):
                    simulated.advance(seconds=IDLE.total_seconds())
                life.order()
        simulated.move_to(end)
        sweep()
        # What is older than the last hour has been read; a badge of seventy-nine tells a visitor nothing.
        Notice.objects.filter(user__campus=campus, created_at__lt=end - LAST_HOUR).update(read_at=end)
