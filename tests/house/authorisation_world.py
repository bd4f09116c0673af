"""The people who ask for every address in test_authorisation.py, and the things of others that they ask for."""

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client, RequestFactory

from accounts.models import RestrictedRecord, StaffRole, User
from campus.models import Campus, MapImport
from catalog.models import Merchant
from chat import services as chat
from chat.models import Conversation, Message
from core import clock
from couriers.models import ShiftAssignment
from delivery.models import Leg, Rescue, ShelfItem
from dispatch.models import Bid, Offer
from exceptions.library.loading import load_library
from exceptions.models import Evidence, Ticket, TicketEvent, Watch
from notifications.models import Notice
from orders import services as orders
from orders.models import Order, OrderPause, Photo
from payments.models import Discrepancy, Payment, Reconciliation, SandboxBill, Settlement, Withdrawal
from tests import factories
from tests.journeys.everything import busy_day


@dataclass
class World:
    """`people` by role (None: nobody is logged in); `values` what stands in addresses, by parameter."""

    campus: Campus
    people: dict[str, User | None]
    values: dict[str, object] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)  # a row of each model of the admin, by "app_model"


def make_world() -> World:
    """A busy day on one campus, and people of another. Everything that is asked for belongs to the first."""
    load_library()
    lake = factories.make_campus()
    day = {role: person for role, (person, _pages) in busy_day(lake).items()}
    hill = factories.make_campus("hill")

    def person(name, campus=lake, **more):
        return factories.UserFactory(username=name, name=name, campus=campus, **more)

    def operator(name, role, campus=lake):
        made = person(name, campus, is_staff=True)
        factories.StaffRoleFactory(user=made, campus=campus, role=role)
        return made

    def keeper(name, campus, code):
        made = person(name, campus)
        factories.RelayStationFactory(place__campus=campus, place__code=code).keepers.add(made)
        return made

    def owner(name, campus):
        made = person(name, campus)
        place = campus.places.get(code="print_shop")
        Merchant.objects.create(campus=campus, place=place, name=name, kind="shop").owners.add(made)
        return made

    banned = factories.CourierFactory(campus=lake, user=person("banned"), on_duty=False).user
    people = {
        "anonymous": None,
        "owner": day["student"],
        "student": person("student"),
        "far_student": person("far_student", hill),
        "courier": day["courier"],
        "other_courier": User.objects.get(username="qian"),
        "far_courier": factories.CourierFactory(campus=hill, user=person("far_courier", hill)).user,
        "banned": banned,
        "keeper": day["keeper"],
        "other_keeper": keeper("other_keeper", lake, "shelf-2"),
        "merchant": day["merchant"],
        "other_merchant": owner("other_merchant", hill),
        "support": day["operator"],
        "dispatcher": operator("dispatcher", StaffRole.Role.DISPATCHER),
        "finance": operator("finance", StaffRole.Role.FINANCE),
        "supervisor": day["supervisor"],
        "far_support": operator("far_support", StaffRole.Role.SUPPORT, hill),
        "far_supervisor": operator("far_supervisor", StaffRole.Role.SUPERVISOR, hill),
        "superuser": person("superuser", is_staff=True, is_superuser=True),
        "no_factor": operator("no_factor", StaffRole.Role.SUPERVISOR),
    }
    for role, who in people.items():
        if who is not None and who.is_staff and role != "no_factor":
            Authenticator.objects.create(user=who, type=Authenticator.Type.TOTP, data={"secret": "x"})
    world = World(lake, people)
    _things(world)
    return world


def _things(world: World) -> None:
    from simulation.pictures import parcel

    lin, zhao = world.people["owner"], world.people["courier"].courier
    asked = Ticket.objects.get(type="customer_unreachable")
    riding = asked.order
    leg = riding.legs.get(courier=zhao)
    placed = Order.objects.get(customer=lin, summary="占座")
    asks = Order.objects.get(customer=lin, summary="找雨伞")
    pending = Order.objects.filter(customer=lin, status="pending_payment").exclude(pk=asks.pk).latest("pk")
    payment = Payment.objects.filter(ref=pending.no, status="pending").latest("pk")
    lying = ShelfItem.objects.filter(missed_at=None, taken_at=None).first()
    missing = ShelfItem.objects.exclude(missed_at=None).first()
    photo = chat.contact_support(actor=lin, client="line-photo", text="", photo=parcel())
    talk = Conversation.objects.get(thread=photo.thread)
    pictures = [
        Photo.objects.create(order=riding, by=who, purpose=purpose, image=parcel())
        for who, purpose in ((lin, "order"), (zhao.user, "door"))
    ]
    run = Reconciliation.objects.create(scope="sandbox", since_day=clock.now().date(), day=clock.now().date())
    discrepancy = Discrepancy.objects.create(
        scope="sandbox", kind="missing_here", no="P1", ref=riding.no, fen=-1, first=run, last=run
    )
    fetched = Rescue.objects.get(leg__courier=zhao)
    fetched.photo = pictures[1]
    fetched.save(update_fields=["photo"])
    RestrictedRecord.objects.create(user=world.people["banned"], campus=world.campus, content="{}")
    MapImport.objects.create(campus=world.campus, file_name="map.osm")
    world.values |= {
        "no": riding.no,
        "order_no": riding.no,
        "ref": riding.no,
        "code": world.campus.code,
        "kind": "parcel",
        "source": "wallet",
        "gateway": "sandbox",
        "provider": "fake",
        "secret": "secret",
        "party": "customer",
        "format": "csv",
        "app_label": "orders",
        "phone": lin.phone,
        "purpose": "hand_in",
        "content_type_id": 1,
        "object_id": 1,
        "url": "no/such/page",
        "pk": 1,
        "event": TicketEvent.objects.filter(ticket=asked).latest("pk").pk,
        "bill_no": SandboxBill.objects.get(payment_no=payment.no).no,
        "key": f"order-{riding.no}",
        "accounts pk": lin.addresses.first().pk,
        "notifications:open pk": Notice.objects.filter(user=lin).first().pk,
        "chat:photo pk": Message.objects.get(thread__ref=riding.no, kind="photo").pk,
        "chat:desk_photo pk": photo.pk,
        "chat:order no": riding.no,
        "chat:past_conversation no": Conversation.objects.filter(person=lin, status="closed")
        .first()
        .thread.no,
        "chat:desk_order no": riding.no,
        "payments:pay ref": pending.no,
        "payments no": payment.no,
        "payments:settlement no": Settlement.objects.get().no,
        "payments:take_back no": Withdrawal.objects.get().no,
        "payments:collect no": Withdrawal.objects.get().no,
        "orders:photo pk": pictures[0].pk,
        "delivery:photo pk": pictures[1].pk,
        "exceptions no": asked.no,
        "exceptions:report no": riding.no,
        "exceptions:order_tickets no": riding.no,
        "exceptions:courier_report no": leg.no,
        "exceptions:all_well no": leg.no,
        "exceptions:console_silent_call pk": _silent(leg).pk,
        "exceptions:job_tickets no": leg.no,
        "exceptions:desk_ticket no": talk.thread.no,
        "exceptions:open no": riding.no,
        "exceptions:open_courier pk": zhao.pk,
        "pauses:resume pk": ended_pause(world).pk,
        "exceptions:console_action name": "extend_promise",
        "exceptions:photo pk": Evidence.objects.filter(ticket=asked).first().pk,
        "exceptions:console_photo pk": Evidence.objects.filter(ticket=asked).first().pk,
        "delivery no": leg.no,
        "dispatch no": leg.no,
        "delivery:where_photo no": fetched.leg.no,
        "delivery:far name": "arrive_at_dropoff",
        "delivery:step name": "arrive_at_dropoff",
        "dispatch:grab no": placed.legs.get().no,
        "dispatch:scan_take no": placed.legs.get().no,
        "dispatch:wanted no": asks.no,
        "dispatch:withdraw_bid no": asks.no,
        "dispatch:choose_bid pk": Bid.objects.get(order=asks).pk,
        "dispatch:offer_accept no": Offer.objects.latest("pk").no,
        "dispatch:offer_refuse no": Offer.objects.latest("pk").no,
        "delivery:code no": Leg.objects.get(order__summary="台灯", sequence=1).no,
        "couriers:shift_take pk": world.campus.shifts.last().pk,
        "couriers:shift_give_back pk": ShiftAssignment.objects.get(courier=zhao).shift_id,
        "couriers:course pk": world.campus.courses.first().pk,
        "couriers:quiz pk": world.campus.courses.first().pk,
        "relay:code no": lying.order.legs.get(sequence=2).no,
        "relay:missing pk": lying.pk,
        "relay:found pk": missing.pk,
        "admin:payments_withdrawal_do name": "refuse",
        "admin:payments_refund_decide proposal": 1,
        "admin:payments_refund_decide decision": "confirm",
        "admin:couriers_application_photo name": "face",
    }
    for name in ("desk_room", "desk_messages", "desk_send", "desk_read", "desk_typing", "desk_photo", "desk_take",
                 "desk_put_back", "desk_hand_over", "desk_close"):  # fmt: skip
        world.values[f"chat:{name} no"] = talk.thread.no
    request = RequestFactory().get("/")
    request.user = world.people["supervisor"]
    superuser = RequestFactory().get("/")
    superuser.user = world.people["superuser"]
    for model, board in admin.site._registry.items():
        row = board.get_queryset(request).first() or board.get_queryset(superuser).first()
        world.rows[f"{model._meta.app_label}_{model._meta.model_name}"] = row.pk if row else 0
    world.rows |= {"accounts_user": lin.pk, "payments_discrepancy": discrepancy.pk}


def _silent(leg: Leg) -> Watch:
    """Nothing is heard of its courier, who should be called."""
    watch = Watch.objects.get(detector="courier_silent", order=leg.order)
    watch.step, watch.leg = Watch.Step.SECOND, leg
    watch.due_at = clock.now() + timedelta(days=1)
    watch.save()
    return watch


def ended_pause(world) -> OrderPause:
    """Ordering was paused, and goes on."""
    sun = world.people["supervisor"]
    pause = orders.pause_ordering(
        campus=world.campus, actor=sun, cause="storm", message="Lightning", kind="queue"
    )
    return orders.resume_ordering(pause=pause, actor=sun)


def browser(who: User | None, *, factor: bool) -> Client:
    """A client in which that person is logged in; operators have shown their second factor."""
    client = Client(raise_request_exception=False)
    if who is None:
        return client
    client.force_login(who)
    if factor and who.is_staff:
        request = RequestFactory().get("/")
        request.session = client.session
        record_authentication(request, who, "mfa", type="totp")
        request.session.save()
    return client
