"""Goods onto a relay's shelf and off it. Every step is a link of the chain of custody."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Actor, User
from accounts.permissions import HANDLERS, is_operator
from core import clock, outbox
from core.db import for_update
from core.errors import NotAllowed, WrongState
from delivery.events import GoodsFound, GoodsMissing, LegDone, LegHeld, LegPickedUp, ScannedElsewhere
from delivery.models import UNFINISHED, Custody, Leg, LegStatus, RelayStation, ShelfItem
from delivery.services.courier_actions import mine
from delivery.services.custody import How, hand_over
from delivery.services.legs import lock_leg, save_transition
from delivery.services.opening import open_second
from orders import lifecycle
from orders import services as orders
from orders.models import Photo, Status


def put_on_shelf(
    *, leg: Leg, station: RelayStation, courier_user, keeper=None, how: str = How.SCAN, where=None
) -> ShelfItem:
    """The first courier's way ends here: the goods get a slot, the courier's part is booked, the second leg opens.

    Idempotent. Raises WrongState at another station than the leg's, and when the shelf is full.
    """
    with lock_leg(leg.pk) as leg:
        mine(leg, courier_user)
        if leg.status == LegStatus.DONE and leg.to_shelf:
            return ShelfItem.objects.filter(order=leg.order_id).latest("pk")
        check_station(leg, station)
        if not leg.to_shelf or leg.status not in (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF):
            raise WrongState(_("There is nothing of it to be put on the shelf."))
        source, order = leg.status, leg.order
        if leg.status == LegStatus.PICKED_UP:
            leg.arrive_at_dropoff()
        leg.finish()
        item = _slot(station, order)
        orders.reach_relay(
            order=order, courier_user=leg.courier.user, fen=leg.pay_fen, bonus_fen=leg.bonus_fen,
            actor=keeper or courier_user, role="keeper" if keeper else "courier", where=where,
        )  # fmt: skip
        item.due_at = order.stage_due_at
        item.save(update_fields=["due_at"])
        hand_over(
            leg, Custody.Act.SHELVED, giver=courier_user, taker=keeper, station=station, slot=item.slot, how=how,
            where=where,
        )  # fmt: skip
        save_transition(
            leg, "shelve", source=source, actor=keeper or courier_user, role="keeper" if keeper else "courier",
            where=where, event=LegDone, data={"slot": item.slot},
        )  # fmt: skip
        open_second(leg)
    return item


def photograph_on_shelf(*, leg: Leg, actor: Actor, photo) -> Custody:
    """The courier who brought it shows how it lies there. Once; raises WrongState when it lies there no more."""
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        link = Custody.objects.filter(leg=leg, act=Custody.Act.SHELVED).last()
        if link is None or leg.order.status != Status.AT_RELAY:
            raise WrongState(_("It does not lie on the shelf any more."))
        if link.photo_id is None:
            link.photo = Photo.objects.create(
                order=leg.order, by=actor, purpose=Photo.Purpose.HANDOVER, image=photo
            )
            link.save(update_fields=["photo"])
            lifecycle.bump_version(leg.order)
    return link


def take_from_shelf(
    *, leg: Leg, station: RelayStation, courier_user, keeper=None, how: str = How.SCAN, where=None
) -> Leg:
    """The second courier has it. Idempotent; WrongState at another station, or when it is not on the shelf."""
    with lock_leg(leg.pk) as leg:
        mine(leg, courier_user)
        if leg.from_shelf and leg.status in (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF, LegStatus.DONE):
            return leg
        check_station(leg, station)
        item = for_update(
            ShelfItem.objects.filter(order=leg.order_id, station=station, taken_at=None, missed_at=None)
        ).first()
        if not leg.from_shelf or item is None or leg.status not in (LegStatus.ASSIGNED, LegStatus.AT_PICKUP):
            raise WrongState(_("It is not on this shelf."))
        source = leg.status
        if leg.status == LegStatus.ASSIGNED:
            leg.arrive_at_pickup()
        leg.pick_up()
        item.taken_at = clock.now()
        item.save(update_fields=["taken_at"])
        orders.pick_up(order=leg.order, actor=courier_user, where=where)
        hand_over(
            leg, Custody.Act.FETCHED, giver=keeper, taker=courier_user, station=station, slot=item.slot, how=how,
            where=where,
        )  # fmt: skip
        save_transition(
            leg, "fetch", source=source, actor=courier_user, where=where, event=LegPickedUp,
            data={"slot": item.slot},
        )  # fmt: skip
    return leg


def _slot(station: RelayStation, order) -> ShelfItem:
    """The lowest free slot. The station's row is the lock: two at once never get the same one."""
    for_update(RelayStation.objects.filter(pk=station.pk)).get()
    taken = set(lying(station).values_list("slot", flat=True))
    free = next((slot for slot in range(1, station.slots + 1) if slot not in taken), None)
    if free is None:
        raise WrongState(_("The shelf is full. Call the dispatcher, and keep the goods for now."))
    return ShelfItem.objects.create(station=station, order=order, slot=free, put_at=clock.now())


def lying(station: RelayStation):
    """What is on the shelf now."""
    return ShelfItem.objects.filter(station=station, taken_at=None, missed_at=None)


def check_station(leg: Leg, station: RelayStation) -> None:
    if leg.relay_id != station.pk:
        if leg.relay_id is None:
            raise WrongState(_("This order does not go by a relay station."))
        raise WrongStation(leg, station)


class WrongStation(WrongState):
    """The goods belong to the shelf of another station."""

    def __init__(self, leg: Leg, station: RelayStation) -> None:
        super().__init__(
            _("Wrong station: this one belongs to %(station)s.") % {"station": leg.relay.place.label}
        )
        self.leg, self.station = leg, station


@contextmanager
def wrong_station_told() -> Iterator[None]:
    """Around what a scan does: the refusal rolls everything back, and is told of all the same."""
    try:
        yield
    except WrongStation as error:
        leg = error.leg
        with transaction.atomic():
            outbox.emit(
                ScannedElsewhere(
                    leg=leg.pk, order=leg.order_id, courier=leg.courier_id, station=error.station.pk
                )
            )
        raise


@transaction.atomic
def report_missing(*, item: ShelfItem, actor: User) -> ShelfItem:
    """It is not where it should be: said by a keeper, or by the courier who came to fetch it. A ticket finds out why,
    starting with the last one who had it; the courier who came for nothing is free to go."""
    with lock_leg(_second(item)) as leg:
        item = for_update(ShelfItem.objects.filter(pk=item.pk).select_related("station__place")).get()
        if not (may_keep(actor, item.station) or (leg.courier and leg.courier.user_id == actor.pk)):
            raise NotAllowed
        if item.missed_at:
            return item
        if item.taken_at or leg.order.status != Status.AT_RELAY:
            raise WrongState
        item.missed_at = clock.now()
        item.save(update_fields=["missed_at"])
        hand_over(leg, Custody.Act.MISSED, giver=actor, station=item.station, slot=item.slot)
        source = leg.status
        leg.hold()
        came, leg.courier = leg.courier, None
        role = "courier" if came and came.user_id == actor.pk else "keeper"
        save_transition(
            leg, "miss", source=source, actor=actor, role=role,
            data={"slot": item.slot, "courier": came.pk if came else None},
            also=[came.user_id] if came else (),
        )  # fmt: skip
        courier_under_way = came.pk if came and role == "keeper" else None
        outbox.emit(LegHeld(leg=leg.pk, version=leg.version, courier_under_way=courier_under_way))
        outbox.emit(GoodsMissing(order=leg.order_id, item=item.pk, by=actor.pk))
    return item


@transaction.atomic
def report_found(*, item: ShelfItem, actor: Actor) -> ShelfItem:
    """It turned up: back into a free slot, and the way to the door is open again. Said by a keeper, or by an operator
    where there is none. Idempotent."""
    with lock_leg(_second(item)) as leg:
        item = for_update(ShelfItem.objects.filter(pk=item.pk).select_related("station__place")).get()
        keeps = may_keep(actor, item.station)
        if not (keeps or is_operator(actor, leg.campus_id, *HANDLERS)):
            raise NotAllowed
        if item.missed_at is None and item.taken_at is None:
            return item  # it lies there
        if item.missed_at is None or leg.status != LegStatus.WAITING or leg.order.status != Status.AT_RELAY:
            raise WrongState
        for_update(RelayStation.objects.filter(pk=item.station_id)).get()
        taken = set(lying(item.station).values_list("slot", flat=True))
        if item.slot in taken:
            item.slot = next(slot for slot in range(1, len(taken) + 2) if slot not in taken)
        item.missed_at = None
        item.save(update_fields=["missed_at", "slot"])
        hand_over(
            leg,
            Custody.Act.FOUND,
            giver=actor,
            taker=actor if keeps else None,
            station=item.station,
            slot=item.slot,
        )
        open_second(leg)
        outbox.emit(GoodsFound(order=leg.order_id, item=item.pk))
    return item


def _second(item: ShelfItem) -> int:
    """The way from the shelf to the door."""
    pk = (
        Leg.objects.filter(order=item.order_id, sequence=2, status__in=UNFINISHED)
        .values_list("pk", flat=True)
        .first()
    )
    if pk is None:
        raise WrongState
    return pk


def may_keep(user, station: RelayStation) -> bool:
    return station.keepers.filter(pk=user.pk).exists()
