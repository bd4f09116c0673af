"""The type library and the compensation rules that the product ships with.

`load_library` writes what is missing and touches nothing that is there: operators' edits stay.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.db import transaction

from campus.models import Campus
from exceptions.models import CompensationRule, ExceptionType

Group, Found, From = ExceptionType.Group, ExceptionType.Detection, ExceptionType.From
SAFETY, LOSS, PROMISE, INCONVENIENCE = ExceptionType.Severity.values

# Reachable as soon as somebody carries it; with the goods in the courier's hands; once they were handed over.
ORDERED, ACCEPTED, CARRIED, HANDED_OVER = From.PLACED, From.ACCEPTED, From.PICKED_UP, From.DELIVERED


@dataclass(frozen=True)
class Shipped:
    """One shipped type. `by`: who may report it — "c" the customer, "r" the courier; `tell`: who is told of it."""

    code: str
    name_zh: str
    name_en: str
    severity: int
    detection: str = Found.PERSON
    by: str = ""
    report_from: str = ORDERED
    report_until: str = HANDED_OVER
    photo_required: bool = False
    nobodys_fault: bool = False
    respond_minutes: int = 5
    resolve_minutes: int = 30
    suggested_step: str = "ask_party"
    tell: str = "cr"

    def fields(self) -> dict:
        """As `ExceptionType` wants it, without group and position."""
        fields = asdict(self)
        by, tell = fields.pop("by"), fields.pop("tell")
        return fields | {
            "customer_may_report": "c" in by,
            "courier_may_report": "r" in by,
            "tell_customer": "c" in tell,
            "tell_courier": "r" in tell,
        }


S = Shipped
LIBRARY: dict[str, list[Shipped]] = {
    Group.TIME: [
        S("overdue", "超时未送达", "Not delivered in time", PROMISE, Found.SCANNER, "c", report_until=CARRIED,
          respond_minutes=3, resolve_minutes=20, suggested_step="extend_promise"),
        S("late_risk", "可能晚到", "May be late", INCONVENIENCE, Found.EVENT, tell="", suggested_step="extend_promise"),
        S("stalled_unassigned", "迟迟无人接单", "No courier found", PROMISE, Found.SCANNER, respond_minutes=3,
          resolve_minutes=15, suggested_step="reassign", tell="c"),
        S("stalled_pickup", "取件停滞", "Pickup stalled", PROMISE, Found.SCANNER, respond_minutes=3,
          resolve_minutes=20),
        S("stalled_delivery", "配送停滞", "Delivery stalled", PROMISE, Found.SCANNER, respond_minutes=3,
          resolve_minutes=20),
        S("stalled_relay", "中转滞留", "Held up at the relay", PROMISE, Found.SCANNER, respond_minutes=3,
          resolve_minutes=20, suggested_step="reassign"),
        S("stalled_return", "退回滞留", "Return stalled", INCONVENIENCE, Found.SCANNER),
        S("merchant_slow", "商家出餐慢", "The shop is slow", PROMISE, by="r", report_from=ACCEPTED,
          report_until=ACCEPTED, nobodys_fault=True, suggested_step="extend_promise"),
        S("merchant_silent", "商家未接单", "The shop does not answer", PROMISE, Found.EVENT, respond_minutes=3,
          suggested_step="extend_promise", tell="c"),
        S("scheduled_unstaffed", "预约单无人可派", "Nobody for a booked errand", PROMISE, Found.EVENT,
          suggested_step="reassign", tell="c"),
    ],
    Group.COURIER: [
        S("courier_cancelled", "骑手取消接单", "The courier gave it back", PROMISE, Found.EVENT, respond_minutes=3,
          resolve_minutes=20, suggested_step="reassign"),
        S("courier_unreachable", "联系不上骑手", "The courier cannot be reached", PROMISE, by="c",
          report_from=ACCEPTED, report_until=CARRIED, respond_minutes=3),
        S("courier_off_route", "骑手偏离路线", "Off the route", INCONVENIENCE, Found.EVENT, tell="r"),
        S("courier_stationary", "骑手长时间未移动", "Not moving", INCONVENIENCE, Found.EVENT, tell="r"),
        S("vehicle_breakdown", "车辆故障", "Vehicle breakdown", PROMISE, by="r", report_from=ACCEPTED,
          report_until=CARRIED, nobodys_fault=True, respond_minutes=3, suggested_step="reassign"),
        S("courier_accident", "骑手发生事故", "The courier had an accident", SAFETY, by="r", report_from=ACCEPTED,
          report_until=CARRIED, nobodys_fault=True, respond_minutes=1, resolve_minutes=30,
          suggested_step="reassign"),
        S("courier_offline", "骑手失联", "The courier went offline", PROMISE, Found.EVENT, tell="r"),
        S("asked_to_cancel_outside", "骑手要求私下取消", "Asked to cancel outside the app", PROMISE, by="c",
          report_from=ACCEPTED, report_until=CARRIED, suggested_step="warn", tell="c"),
    ],
    Group.GOODS: [
        S("goods_damaged", "物品损坏", "Goods damaged", LOSS, by="cr", report_from=ACCEPTED, photo_required=True,
          resolve_minutes=120, suggested_step="compensate"),
        S("goods_missing", "物品缺少", "Goods missing", LOSS, by="cr", report_from=CARRIED, photo_required=True,
          resolve_minutes=120),
        S("goods_wrong", "送错物品", "Wrong goods", LOSS, by="cr", report_from=CARRIED, photo_required=True,
          resolve_minutes=120),
        S("lost_in_relay", "中转丢失", "Lost at the relay", LOSS, Found.EVENT, resolve_minutes=120),
        S("food_safety", "食品安全", "Food safety", SAFETY, by="c", report_from=CARRIED, photo_required=True,
          respond_minutes=2, resolve_minutes=120, suggested_step="refund", tell="c"),
    ],
    Group.CUSTOMER: [
        S("customer_unreachable", "联系不上顾客", "The customer cannot be reached", PROMISE, by="r",
          report_from=CARRIED, report_until=CARRIED, photo_required=True, respond_minutes=3, resolve_minutes=20),
        S("wrong_address", "地址有误", "Wrong address", PROMISE, by="cr", report_from=ACCEPTED, report_until=CARRIED,
          respond_minutes=3, resolve_minutes=20),
        S("customer_refused", "顾客拒收", "The customer refused it", PROMISE, by="r", report_from=CARRIED,
          report_until=CARRIED, respond_minutes=3, suggested_step="return_goods"),
        S("address_change", "途中改地址", "Another address on the way", INCONVENIENCE, by="c", report_from=CARRIED,
          report_until=CARRIED, respond_minutes=3),
        S("pickup_code_wrong", "取件码不对", "The pickup code does not work", PROMISE, by="r",
          report_from=ACCEPTED, report_until=ACCEPTED, respond_minutes=3),
    ],
    Group.PLACE: [
        S("no_entry", "进不去楼栋", "Cannot enter the building", PROMISE, by="r", report_from=ACCEPTED,
          report_until=CARRIED, nobodys_fault=True, respond_minutes=3, resolve_minutes=20),
        S("merchant_closed", "商家未营业", "The shop is closed", PROMISE, by="r", report_from=ACCEPTED,
          report_until=ACCEPTED, nobodys_fault=True, respond_minutes=3),
        S("sold_out", "商品售罄", "Sold out", PROMISE, by="r", report_from=ACCEPTED, report_until=ACCEPTED,
          nobodys_fault=True, respond_minutes=3),
        S("parcel_not_there", "快递不在站点", "The parcel is not there", PROMISE, by="r", report_from=ACCEPTED,
          report_until=ACCEPTED, nobodys_fault=True, respond_minutes=3),
    ],
    Group.MONEY: [
        S("over_budget", "超出预算", "Over the budget", PROMISE, Found.EVENT, respond_minutes=3,
          nobodys_fault=True),
        S("payment_stuck", "支付异常", "Payment stuck", LOSS, by="c", resolve_minutes=240, suggested_step="note",
          tell="c"),
        S("refund_stuck", "退款未到账", "Refund stuck", LOSS, by="c", resolve_minutes=240, suggested_step="note",
          tell="c"),
        S("price_disputed", "费用有争议", "Price disputed", INCONVENIENCE, by="cr", resolve_minutes=240,
          suggested_step="refund"),
        S("ledger_mismatch", "账目不符", "Ledger mismatch", LOSS, Found.EVENT, suggested_step="note", tell=""),
    ],
    Group.CONDUCT: [
        S("attitude", "服务态度", "Attitude", INCONVENIENCE, by="cr", report_from=ACCEPTED, resolve_minutes=240,
          tell=""),
        S("harassment", "骚扰", "Harassment", SAFETY, by="cr", report_from=ACCEPTED, respond_minutes=1,
          suggested_step="warn", tell=""),
        S("safety", "人身安全", "Somebody's safety", SAFETY, by="cr", respond_minutes=1, suggested_step="note",
          tell=""),
        S("fraud_suspected", "疑似欺诈", "Fraud suspected", LOSS, Found.EVENT, suggested_step="note", tell=""),
        S("privacy_breach", "隐私泄露", "Privacy breach", SAFETY, by="cr", respond_minutes=2,
          resolve_minutes=240, suggested_step="warn", tell=""),
        S("fake_delivery", "显示送达但没收到", "Marked delivered but not here", LOSS, by="c", report_from=HANDED_OVER,
          respond_minutes=3, resolve_minutes=60),
    ],
    Group.OTHER: [
        S("other", "其他问题", "Something else", INCONVENIENCE, by="cr", resolve_minutes=60, suggested_step="note",
          tell=""),
    ],
}  # fmt: skip

SHARES = {"grades": {"light": 30, "medium": 60, "total": 100}}
Formula = CompensationRule.Formula
RULES: dict[str, dict] = {
    "overdue": {
        "formula": Formula.TIER_BY_MINUTES_LATE,
        "params": {"tiers": [[10, 200], [20, 300], [30, 500], [60, 1000]]},
        "cap_fen": 2000,
    },
    "courier_cancelled": {"formula": Formula.FIXED, "params": {"fen": 200}, "cap_fen": 500},
    "fake_delivery": {"formula": Formula.DELIVERY_FEE, "cap_fen": 2000},
    "goods_damaged": {"formula": Formula.SHARE_OF_GOODS_VALUE, "params": SHARES, "cap_fen": 10000},
    "goods_missing": {"formula": Formula.SHARE_OF_GOODS_VALUE, "params": SHARES, "cap_fen": 10000},
    "goods_wrong": {"formula": Formula.SHARE_OF_GOODS_VALUE, "params": SHARES, "cap_fen": 10000},
    "lost_in_relay": {
        "formula": Formula.SHARE_OF_GOODS_VALUE,
        "params": {"grades": {"total": 100}},
        "cap_fen": 20000,
    },
}


@transaction.atomic
def load_library(campus: Campus | None = None) -> None:
    """Add the shipped types that are missing, and each campus's (or this one's) missing compensation rules."""
    shipped = [
        ExceptionType(group=group, position=position, **one.fields())
        for position, (group, one) in enumerate((g, one) for g, ones in LIBRARY.items() for one in ones)
    ]
    ExceptionType.objects.bulk_create(shipped, ignore_conflicts=True)
    campuses = [campus.pk] if campus else Campus.objects.values_list("pk", flat=True)
    CompensationRule.objects.bulk_create(
        [
            CompensationRule(campus_id=pk, type_id=code, **rule)
            for pk in campuses
            for code, rule in RULES.items()
        ],
        ignore_conflicts=True,  # version 1 of each: where it exists, operators go on from there
    )


def known_types(codes: Collection[str]) -> dict[str, ExceptionType]:
    """The types with these codes. Shipped ones that the database has not seen yet are loaded with the rest."""
    found = ExceptionType.objects.in_bulk(codes)
    if len(found) < len(set(codes)):
        load_library()
        found = ExceptionType.objects.in_bulk(codes)
    return found
