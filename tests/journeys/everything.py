"""A busy day on which every page has something to show."""

from datetime import timedelta
from itertools import count

from django.contrib import admin
from django.urls import reverse as url
from django.utils import timezone

from accounts.language import in_language_of
from accounts.models import StaffRole
from catalog.models import Merchant
from chat import services as chat
from chat.models import CannedAnswer
from core import clock
from core.hours import WeeklyHours
from couriers import services as couriers
from delivery import services as delivery
from dispatch import services as dispatch
from dispatch.models import DispatchRule, Planning
from exceptions.actions import run_action
from exceptions.models import Ticket
from exceptions.tickets import services as tickets
from notifications.services import notify
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from payments.models import Payment, SandboxBill, Settlement, Withdrawal
from payments.services import (
    Payee,
    account,
    approve_withdrawal,
    book_sale,
    refund,
    release_sale,
    request_withdrawal,
    settle_day,
    transfer,
)
from tests import factories
from tests.journeys.waiting import leg_of


def busy_day(world):
    """People in the middle of a busy day. Returns {role: (person, {name of page: addresses})}."""
    places = factories.places_of(world)

    def person(username, name, **fields):
        return factories.UserFactory(username=username, name=name, campus=world, language="zh-hans", **fields)

    lin = person("lin", "林晓")
    home = factories.AddressFactory(
        user=lin, place=places.dorm_north, detail="302", contact_name="林晓", is_default=True
    )
    zhao = factories.CourierFactory(campus=world, user=person("zhao", "赵强"), capacity=9)
    qian = factories.CourierFactory(campus=world, user=person("qian", "钱悦"), capacity=5)
    wang, sun = person("wang", "王芳", is_staff=True), person("sun", "孙主管", is_staff=True)
    factories.StaffRoleFactory(user=wang, campus=world, role=StaffRole.Role.SUPPORT)
    factories.StaffRoleFactory(user=sun, campus=world, role=StaffRole.Role.SUPERVISOR)
    gateway, wallet = account("gateway", gateway="sandbox"), account("wallet", user=lin)
    transfer(key="pocket-money", reason="topup", moves=[(gateway, -50_000), (wallet, 50_000)])

    def order(kind="parcel", gateway="wallet", **data) -> Order:
        wish = {
            "pickup": places.parcel_station, "dropoff": places.dorm_north, "dropoff_detail": "302",
            "contact_name": "林晓", "contact_phone": lin.phone, "pickup_codes": "5-2-1188",
            "what": "取快递", "goods_value_fen": 8000,
        }  # fmt: skip
        made = orders.place_order(
            actor=lin, request=ErrandRequest(campus=world, kind=kind, **(wish | data)), gateway=gateway
        )
        made.refresh_from_db()
        return made

    def carried(order, *stages, courier=zhao):
        leg = dispatch.grab(leg=leg_of(order), courier=courier)
        for stage in stages:
            leg = getattr(delivery, stage)(leg=leg, actor=courier.user)
        order.refresh_from_db()
        return order

    to_the_door = ("arrive_at_pickup", "pick_up", "arrive_at_dropoff")

    def delivered(**data):
        made = carried(order(**data), *to_the_door)
        delivery.deliver(leg=made.legs.get(), actor=zhao.user, code=made.receiving_code)
        made.refresh_from_db()
        return made

    def photo():
        from simulation.pictures import parcel

        return parcel()

    shelf = factories.RelayStationFactory(place__campus=world, place__code="relay", place__name="中转站")
    shelf.zones.add(places.dorm_women.zone)
    zhou = person("zhou", "周芸")
    shelf.keepers.add(zhou)
    lying, missing = (
        carried(order(what=what, dropoff=places.dorm_women), *to_the_door) for what in ("雨衣", "课本")
    )
    dispatch.process_scan(text=delivery.place_qr_code(shelf.place).signed, courier=zhao)
    delivery.report_missing(item=missing.shelf_items.get(), actor=zhou)
    DispatchRule.objects.create(campus=world, offers=True)
    Planning.objects.create(campus=world)
    dispatch.make_offer(courier=qian, legs=[leg_of(order(what="雨鞋"))])
    to_shelf = carried(order(what="台灯", dropoff=places.dorm_women), *to_the_door).legs.get(sequence=1)

    completed = orders.complete_order(order=delivered(), actor=lin)
    delivery.rate(order=completed, actor=lin, stars=4, tags=["fast"], text="很快")
    held = order(kind="custom", what="带一瓶酒", fee_offer_fen=600)
    damaged_order, door = delivered(what="一箱牛奶"), delivered(what="雨伞")
    cancelled = orders.cancel_order(order=order(), actor=lin)
    expired = order(gateway="sandbox")
    orders.expire_unpaid(clock.now() + timedelta(hours=1))
    pending, placed = order(gateway="sandbox"), order(kind="custom", what="占座", fee_offer_fen=600)
    asks = order(kind="custom", what="找雨伞", asks_bids=True)
    dispatch.place_bid(order=asks, courier=zhao, fee_fen=900, minutes=20, words="就在附近")
    bought = carried(order(kind="purchase", what="两杯奶茶", budget_fen=3000), "arrive_at_pickup")
    orders.ask_over_budget(order=bought, actor=zhao.user, cost_fen=3200, photo=photo())
    accepted, riding, there = (
        carried(order()),
        carried(order(), *to_the_door[:2]),
        carried(order(), *to_the_door),
    )
    couriers.report_position(courier=zhao, lat=31.0265, lon=121.4342)
    late = carried(order(), *to_the_door[:2], courier=qian)
    fetched = carried(order(what="耳机"), *to_the_door[:2], courier=qian)
    given = carried(order(what="雨靴"), *to_the_door[:2])
    for goods, second in ((fetched, zhao), (given, qian)):
        dispatch.rescue(
            giver=goods.legs.get(), courier=second, way="meet", where=places.gate.position, reason="手机没电了",
            note="红色门口", actor=wang,
        )  # fmt: skip
    Order.objects.filter(pk=late.pk).update(
        promised_at=clock.now() - timedelta(minutes=4),
        late_from=clock.now() - timedelta(minutes=4),
        promise_due_at=clock.now() - timedelta(seconds=1),
    )
    from exceptions.detection.scanner import scan

    scan(clock.now())
    refund(key="part", ref=completed.no, amount=100, reason="order", actor=sun, source="platform")

    shop = Merchant.objects.create(campus=world, place=places.print_shop, name="图文打印店", kind="shop")
    shop.owners.add(person("shopkeeper", "周师傅"))
    gateway_pot, escrow = account("gateway", gateway="sandbox"), account("escrow", ref="SOLD")
    transfer(key="sold", reason="pay_order", moves=[(gateway_pot, -2000), (escrow, 2000)])
    book_sale(ref="SOLD", merchant=shop, rule=None, goods_fen=2000)
    release_sale(ref="SOLD")
    settle_day(clock.now().date() + timedelta(days=1))
    settled_day = Settlement.objects.get()

    earned = account("courier_withdrawable", user=zhao.user)
    transfer(key="earned", reason="earnings_released", moves=[(gateway_pot, -3000), (earned, 3000)])
    waiting = request_withdrawal(
        key="out", user=zhao.user, campus=world, source="courier", amount=2000,
        payee=Payee("wechatpay", "赵强", "zhao_qiang"),
    )  # fmt: skip
    approve_withdrawal(withdrawal=waiting, actor=sun)
    Withdrawal.objects.update(taken=True, confirm="what WeChat's window wants")

    def report(order, code, source="customer", actor=lin, **more):
        return tickets.report(order=order, type=code, source=source, actor=actor, **more)

    damaged = report(damaged_order, "goods_damaged", description="盒子压坏了", photos=[photo()])
    tickets.claim(ticket=damaged, actor=wang)
    settled = report(door, "other", description="放错了门口", photos=[photo()])
    tickets.claim(ticket=settled, actor=wang)
    tickets.resolve(ticket=settled, actor=wang, resolution="已经找回")
    asked = report(
        riding, "customer_unreachable", "courier", zhao.user, description="打了三次电话", photos=[photo()]
    )
    tickets.claim(ticket=asked, actor=sun)
    run_action(
        ticket=asked, action="ask_party", key="ask", actor=sun,
        params={"party": "customer", "text": "在宿舍吗？", "minutes": 30},
    )  # fmt: skip
    for someone in (lin, zhao.user):
        with in_language_of(someone):
            notify(user=someone, kind="note", title="今晚有雨", body="路滑，慢一点", link="/")

    course = factories.make_course(world, words=factories.CHINESE_LESSONS)
    tomorrow = timezone.localdate() + timedelta(days=1)
    couriers.publish_shifts(
        zone=places.dorm_north.zone, first_day=tomorrow, last_day=tomorrow, hours=WeeklyHours.parse("11:00-13:00"),
        places=2, actor=sun,
    )  # fmt: skip
    couriers.take_shift(shift=world.shifts.first(), courier=zhao)
    applicant = person("an", "安心")
    couriers.submit_application(
        actor=applicant, name="安心", gender="female", vehicle="foot", student_card=photo(), face=photo()
    )

    def write(person, order, text, **more):
        chat.send_message(
            actor=person, key=f"order-{order.no}", client=f"line-{next(names):08d}", text=text, **more
        )

    def ask(person, text, **more):
        return chat.contact_support(actor=person, client=f"line-{next(names):08d}", text=text, **more)

    names = count()
    write(zhao.user, riding, "我到楼下了")
    write(lin, riding, "马上下来")
    write(lin, riding, "", photo=photo())
    write(zhao.user, riding, "", data={"lat": 31.0265, "lon": 121.4342, "near": places.dorm_north.pk})
    Order.objects.filter(pk=cancelled.pk).update(closed_at=clock.now() - timedelta(days=9))
    CannedAnswer.objects.create(campus=world, shortcut="hi", text="您好，请稍等")
    first = ask(lin, "退款什么时候到账？", about=f"order:{cancelled.no}").thread
    chat.answer(actor=wang, thread=first, client="line-of-wang", text="已经退回钱包了")
    chat.close(actor=wang, conversation=first.conversation)
    talk = ask(lin, "牛奶的盒子压坏了", about=f"ticket:{damaged.no}").thread
    chat.answer(actor=wang, thread=talk, client="line-of-wang", text="我看一下")
    chat.answer(actor=wang, thread=talk, client="note-of-wang", text="老顾客", internal=True)
    waits = ask(zhao.user, "进不去楼", role="courier").thread

    overdue = Ticket.objects.get(order=late, type="overdue")
    bill = Payment.objects.filter(ref=pending.no).latest("pk")
    SandboxBill.objects.get_or_create(
        payment_no=bill.no, defaults={"no": "SB1", "amount": bill.amount, "expires_at": bill.expires_at}
    )
    sandbox = SandboxBill.objects.get(payment_no=bill.no)
    every = [
        lying,
        missing,
        completed,
        damaged_order,
        door,
        cancelled,
        expired,
        pending,
        placed,
        asks,
        bought,
        accepted,
        riding,
        there,
        late,
        fetched,
        held,
    ]
    jobs = [o.legs.latest("pk").no for o in (bought, accepted, riding, there, door, fetched)]
    jobs.append(given.legs.earliest("pk").no)
    account_pages = ["account_change_password", "account_change_phone", "mfa_index", "mfa_activate_totp"]

    def at(*names, args=None):
        return {name: [url(name, args=args)] for name in names}

    anonymous = {
        **at("orders:home", "account_login", "account_request_login_code", "account_signup"),
        **at("account_reset_password", "accounts:terms", "accounts:privacy", "campus:map"),
        "offline/": ["/offline/"],
    }
    student = {
        **at("orders:home", "notifications:inbox", "payments:wallet", "accounts:me", "accounts:profile"),
        **at("accounts:sessions"),
        **at("notifications:preferences", "notifications:email_confirm"),
        **at("accounts:addresses", "accounts:address_new", "accounts:erase", "campus:map", "account_logout"),
        **at("accounts:address", args=[home.pk]),
        **at(*account_pages),
        **at("orders:cancel", "orders:address", "orders:tip", args=[placed.no]),
        **at("orders:code", args=[there.no]),
        **at("payments:statement", "dispatch:people"),
        **at("delivery:rate", args=[door.no]),
        **at("delivery:fetch", args=[lying.no]),
        "orders:receipt": [url("orders:receipt", args=[o.no]) for o in (completed, cancelled)],
        **at("payments:withdraw", args=["wallet"]),
        **at("payments:pay", args=[pending.no]),
        **at("payments:cashier", args=[bill.no]),
        **at("payments:sandbox", args=[sandbox.no]),
        "chat:order": [url("chat:order", args=[o.no]) for o in (riding, placed, cancelled)],
        "chat:support": [url("chat:support"), url("chat:support") + f"?about=order:{late.no}"],
        "chat:past_conversation": [url("chat:past_conversation", args=[first.no])],
        "orders:list": [url("orders:list"), url("orders:list") + "?show=all"],
        "orders:new": [url("orders:new", args=[kind]) for kind in factories.ERRANDS],
        "orders:detail": [url("orders:detail", args=[o.no]) for o in every],
        "exceptions:report": [
            url("exceptions:report", args=[riding.no]),
            url("exceptions:report", args=[door.no]) + "?type=goods_damaged",
        ],
        "exceptions:ticket": [
            url("exceptions:ticket", args=[t.no]) for t in (damaged, settled, asked, overdue)
        ],
    }
    courier = {
        **at(
            "dispatch:hall",
            "delivery:active",
            "delivery:earnings",
            "delivery:ratings",
            "delivery:me",
            "couriers:training",
            "couriers:shifts",
            "exceptions:courier_tickets",
        ),
        **at("couriers:course", "couriers:quiz", args=[course.pk]),
        **at("payments:withdraw", args=["courier"]),
        **at("payments:collect", args=[waiting.no]),
        **at("dispatch:wanted", args=[asks.no]),
        **at("exceptions:courier_report", args=[jobs[2]]),
        **at("exceptions:ticket", args=[asked.no]),
        "notifications:inbox": [url("notifications:inbox") + "?portal=courier"],
        "notifications:preferences": [url("notifications:preferences") + "?portal=courier"],
        "chat:order": [url("chat:order", args=[riding.no])],
        "chat:support": [url("chat:support") + "?portal=courier"],
        "delivery:job": [url("delivery:job", args=[no]) for no in [*jobs, to_shelf.no]],
        "dispatch:scan": [
            url("dispatch:scan"),
            url("dispatch:scan") + f"?c={delivery.place_qr_code(shelf.place).signed}",
        ],
        "delivery:code": [url("delivery:code", args=[to_shelf.no, "hand_in"])],
    }
    keeper = {
        **at("relay:shelf"),
        **at("relay:code", args=[lying.legs.get(sequence=2).no]),
    }
    operator = {
        **at("admin:index"),
        **at("exceptions:open", args=[damaged.order.no]),
        **at("exceptions:open_courier", args=[zhao.pk]),
        "chat:desk": [url("chat:desk") + tail for tail in ("", f"?t={talk.no}", f"?t={waits.no}&tab=mine")],
        "exceptions:console": [
            url("exceptions:console") + tail for tail in ("", f"?t={damaged.no}", f"?t={settled.no}")
        ],
    }
    return {
        "anonymous": (None, anonymous),
        "student": (lin, student),
        "applicant": (applicant, at("couriers:apply", "dispatch:hall")),
        "newcomer": (person("mei", "梅雨"), at("orders:home", "orders:list", "payments:wallet", "notifications:inbox",
                                              "accounts:addresses", "dispatch:hall", "couriers:apply", "chat:support")),
        "courier": (zhao.user, courier),
        "keeper": (zhou, keeper),
        "merchant": (shop.owners.get(), {**at("payments:settlements"), **at("payments:settlement", args=[settled_day.no])}),
        "operator": (wang, operator),
        "supervisor": (sun, {**at("admin:index", "exceptions:console", "board:board", "pauses:pauses"), **of_the_admin(sun, completed)}),
    }  # fmt: skip


def of_the_admin(user, order) -> dict[str, list[str]]:
    """Lists, and one object of each, as far as the person may see them."""
    from django.test import RequestFactory

    request = RequestFactory().get("/admin/")
    request.user = user
    pages = {
        "admin:payments_story": [url("admin:payments_story", args=[order.no])],
        "admin:payments_reconciliation_compare": [url("admin:payments_reconciliation_compare")],
    }
    pages["admin:campus_campus_opening"] = [url("admin:campus_campus_opening", args=[order.campus_id])]
    pages["admin:campus_campus_calendar"] = [url("admin:campus_campus_calendar", args=[order.campus_id])]
    pages["admin:orders_pricerule_sheet"] = [url("admin:orders_pricerule_sheet")]
    pages["admin:delivery_posters"] = [url("admin:delivery_posters")]
    pages["admin:orders_prohibited_try"] = [url("admin:orders_prohibited_try") + "?text=一瓶酒"]
    for model, board in admin.site._registry.items():
        if not board.has_view_permission(request):
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages[f"{name}_changelist"] = [url(f"{name}_changelist")]
        if thing := board.get_queryset(request).first():
            pages[f"{name}_change"] = [url(f"{name}_change", args=[thing.pk])]
        if board.has_add_permission(request):
            pages[f"{name}_add"] = [url(f"{name}_add")]
    return pages
