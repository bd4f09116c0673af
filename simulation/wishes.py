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
SHOPPING = [
    ("一份水果拼盘、一盒酸奶", 2500), ("珍珠奶茶去冰三分糖两杯", 3200), ("A4 纸一包、中性笔三支", 2800),
    ("泡面两桶、火腿肠一袋", 1800), ("车厘子半斤、香蕉一把", 3500), ("感冒冲剂一盒（便利店）", 2200),
]  # fmt: skip
DOCUMENTS = ["奖学金申请表", "实验报告一份", "社团盖章材料", "请假条（辅导员签字）"]
QUEUES = [("湖畔食堂窗口排队买饭", 30), ("图书馆二楼占座", 45), ("校医院挂号", 30)]
HAULS = [("行李箱两个", 2, 18), ("搬宿舍纸箱", 4, 12), ("社团音响", 2, 20)]
CUSTOMS = [
    ("帮忙遛一圈社团的猫", 900),
    ("打印 20 页双面并送来", 700),
    ("把伞送到教学楼", 600),
    ("帮取眼镜店配好的眼镜", 1000),
]
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
    what, budget = rng.choice(SHOPPING)
    return {
        "pickup": rng.choice(places["shop"]),
        "what": what,
        "answers": {"shopping_list": what},
        "budget_fen": budget,
    }


def _document(rng, places):
    return {"pickup": rng.choice(places["teaching"] + places["office"]), "what": rng.choice(DOCUMENTS)}


def _queue(rng, places):
    what, minutes = rng.choice(QUEUES)
    return {"pickup": rng.choice(places["canteen"] + places["library"]), "what": what, "minutes": minutes}


def _haul(rng, places):
    what, pieces, kg = rng.choice(HAULS)
    return {"pickup": rng.choice(places["dorm"]), "what": what, "pieces": pieces, "weight_kg": kg}


def _custom(rng, places):
    what, fee = rng.choice(CUSTOMS)
    return {"pickup": rng.choice(places["shop"] + places["teaching"]), "what": what, "fee_offer_fen": fee}


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
