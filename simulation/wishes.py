"""What virtual students order, and what it costs them: words and figures that a real campus would know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random
from typing import Any

from accounts.models import Address
from campus.models import Place
from orders.doors import floor_of
from orders.kinds import KINDS
from orders.requests import ErrandRequest

Places = dict[str, list[Place]]
# What is wanted, and the codes of the places of the demo's campus where it can be had: nobody buys cherries in a bookshop.
SHOPPING = [
    ("一份水果拼盘、一盒酸奶", 2500, ("shop-fruit",)), ("车厘子半斤、香蕉一把", 3500, ("shop-fruit",)),
    ("珍珠奶茶去冰三分糖两杯", 3200, ("shop-tea",)), ("鲜榨橙汁一杯、热可可一杯", 2600, ("shop-tea",)),
    ("A4 纸一包、中性笔三支", 2800, ("shop-books",)), ("高数习题册一本、便利贴", 3600, ("shop-books",)),
    ("泡面两桶、火腿肠一袋", 1800, ("shop-mart",)), ("抽纸一提、洗衣液一袋", 3400, ("shop-mart",)),
]  # fmt: skip
DOCUMENTS = [
    ("奖学金申请表", ("admin",)), ("在读证明（已盖章）", ("admin",)), ("实验报告一份", ("gewu",)),
    ("社团活动申请表", ("centre",)), ("请假条（辅导员签字）", ("bowen", "mingde")),
]  # fmt: skip
# Where to stand, for how many minutes, and where exactly.
QUEUES = [
    ("窗口排队买饭", 30, ("canteen-1", "canteen-2", "canteen-3"), "二楼 6 号窗口"), ("占座到我下课", 45, ("library",), "二楼阅览区"),
    ("排队挂号", 30, ("clinic",), "一楼挂号处"), ("羽毛球场地排队", 30, ("gym",), "前台"),
]  # fmt: skip
# Pieces, and the kilograms of all.
HAULS = [
    ("行李箱两个", 2, 18, ("zhu-1", "lan-1")), ("搬宿舍纸箱", 4, 12, ("zhu-2", "zhu-3", "lan-2")),
    ("社团音响", 2, 20, ("centre",)),
]  # fmt: skip
CUSTOMS = [
    ("打印 20 页双面并送来", 700, ("shop-print",)), ("把落在教室的伞送来", 600, ("bowen", "mingde", "gewu")),
    ("取失物招领的校园卡", 700, ("centre",)), ("还两本书，再借一本", 800, ("library",)), ("取干洗好的校服", 900, ("shop-mart",)),
]  # fmt: skip
NOTES = ["", "", "", "到了打电话", "放门口就行", "麻烦快一点，谢谢", "在上课，先别打电话", "轻拿轻放🙏"]


def wish(rng: Random, places: Places, home: Address, *, kinds: Collection[str] = ()) -> ErrandRequest:
    """An errand for the address `home`: of one of `kinds`, or of any."""
    kinds = list(kinds or WISHES)
    kind = rng.choices(kinds, weights=[WISHES[kind].weight for kind in kinds])[0]
    data = {
        "campus": home.place.campus,
        "kind": kind,
        "dropoff": home.place,
        "dropoff_detail": home.detail,
        "floor": floor_of(home.detail, home.place) if KINDS[kind].floor_by_address else 1,
        "contact_name": home.contact_name,
        "contact_phone": home.contact_phone,
        "note": rng.choice(NOTES),
        "tip_fen": rng.choice([0] * 8 + [100, 200]),
    }
    data |= WISHES[kind].fill(rng, places)
    if rng.random() < 0.25:
        data["goods_value_fen"] = rng.choice([3000, 5000, 12000])
    return ErrandRequest(**data)


def _at(rng: Random, places: Places, codes: Collection[str]) -> Place:
    """One of the places with these codes; anywhere on a campus that has none of them."""
    every = [place for some in places.values() for place in some]
    return rng.choice([place for place in every if place.code in codes] or every)


def _parcel(rng, places):
    codes = [
        f"{rng.randint(1, 20)}-{rng.randint(1, 9)}-{rng.randint(1000, 9999)}"
        for _ in range(rng.choice([1, 1, 1, 2]))
    ]
    return {
        "pickup": rng.choice(places["parcel_station"]),
        "pickup_codes": " ".join(codes),
        "pieces": len(codes),
        "size": rng.choices("SML", weights=[7, 3, 1])[0],
        "weight_kg": rng.choice([1, 1, 2, 3, 5, 8]),
    }


def _purchase(rng, places):
    what, budget, codes = rng.choice(SHOPPING)
    return {
        "pickup": _at(rng, places, codes),
        "what": what,
        "answers": {"shopping_list": what},
        "budget_fen": budget,
    }


def _document(rng, places):
    what, codes = rng.choice(DOCUMENTS)
    return {"pickup": _at(rng, places, codes), "what": what}


def _queue(rng, places):
    what, minutes, codes, where = rng.choice(QUEUES)
    return {"dropoff": _at(rng, places, codes), "dropoff_detail": where, "what": what, "minutes": minutes}


def _haul(rng, places):
    what, pieces, kg, codes = rng.choice(HAULS)
    return {"pickup": _at(rng, places, codes), "what": what, "pieces": pieces, "weight_kg": kg}


def _custom(rng, places):
    what, fee, codes = rng.choice(CUSTOMS)
    return {"pickup": _at(rng, places, codes), "what": what, "fee_offer_fen": fee}


@dataclass(frozen=True)
class Wish:
    """How often a kind of errand is ordered among a hundred, what differs from the defaults of its price rule on the
    demo's campus, and what fills it in."""

    weight: int
    price: dict[str, int]
    fill: Callable[[Random, Places], dict[str, Any]]


WISHES = {
    "parcel": Wish(46, {"base_fen": 300, "floor_fen": 300, "promise_minutes": 25}, _parcel),
    "purchase": Wish(22, {"base_fen": 500, "promise_minutes": 30}, _purchase),
    "document": Wish(9, {"base_fen": 400, "floor_fen": 400, "promise_minutes": 20}, _document),
    "queue": Wish(6, {"base_fen": 500, "promise_minutes": 15}, _queue),
    "haul": Wish(
        5, {"base_fen": 800, "ceiling_fen": 5000, "per_floor_fen": 150, "promise_minutes": 35}, _haul
    ),
    "custom": Wish(12, {"base_fen": 600, "promise_minutes": 35}, _custom),
}
