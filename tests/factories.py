"""What tests are peopled with. Each factory makes the least that is valid; `make_campus` makes a small world."""

from types import SimpleNamespace

import factory
from factory.django import DjangoModelFactory, Password

from accounts.models import Address, Gender, StaffRole, User
from campus.models import Admits, Campus, Place, Vehicle, Zone
from core import clock
from core.versioning import VersionStatus
from couriers.models import Courier, Course
from delivery.models import RelayStation
from orders.kinds import ERRANDS
from orders.models import PriceRule, Stage, StagePolicy

PASSWORD = "demo-campus"


class CampusFactory(DjangoModelFactory):
    class Meta:
        model = Campus

    code = factory.Sequence(lambda n: f"campus-{n}")
    name = factory.Sequence(lambda n: f"测试校区{n}")
    name_en = factory.Sequence(lambda n: f"Test campus {n}")
    lat, lon = 31.0260, 121.4340


class ZoneFactory(DjangoModelFactory):
    class Meta:
        model = Zone

    campus = factory.SubFactory(CampusFactory)
    code = factory.Sequence(lambda n: f"zone-{n}")
    name = factory.Sequence(lambda n: f"{n}号片区")
    name_en = factory.Sequence(lambda n: f"Zone {n}")


class PlaceFactory(DjangoModelFactory):
    class Meta:
        model = Place

    campus = factory.SubFactory(CampusFactory)
    code = factory.Sequence(lambda n: f"place-{n}")
    name = factory.Sequence(lambda n: f"{n}号楼")
    name_en = factory.Sequence(lambda n: f"Building {n}")
    kind = Place.Kind.DORM
    lat, lon = 31.0260, 121.4340
    floors = 6


class RelayStationFactory(DjangoModelFactory):
    """A shelf by which everything to its areas goes, at any hour: tests run at night, too."""

    class Meta:
        model = RelayStation

    place = factory.SubFactory(PlaceFactory, kind=Place.Kind.RELAY_STATION)
    use = RelayStation.Use.ALWAYS
    hours = "00:00-24:00"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    name = factory.Sequence(lambda n: f"同学{n}")
    phone = factory.Sequence(lambda n: f"139{n:08d}")
    phone_verified = True
    password = Password(PASSWORD)
    # English, so that tests read; what a test says about Chinese it says in Chinese.
    language = "en"


class StaffRoleFactory(DjangoModelFactory):
    class Meta:
        model = StaffRole

    user = factory.SubFactory(UserFactory, is_staff=True)
    campus = factory.SubFactory(CampusFactory)
    role = StaffRole.Role.SUPPORT


class AddressFactory(DjangoModelFactory):
    class Meta:
        model = Address

    user = factory.SubFactory(UserFactory)
    place = factory.SubFactory(PlaceFactory)
    detail = "3楼 302"


class CourierFactory(DjangoModelFactory):
    """Active and on duty, on a bicycle."""

    class Meta:
        model = Courier

    campus = factory.SubFactory(CampusFactory)
    user = factory.SubFactory(
        UserFactory, campus=factory.SelfAttribute("..campus"), gender=factory.SelfAttribute("..gender")
    )
    gender = Gender.MALE
    status = Courier.Status.ACTIVE
    vehicle = Vehicle.BICYCLE
    on_duty = True
    duty_since = factory.LazyFunction(clock.now)


class PriceRuleFactory(DjangoModelFactory):
    class Meta:
        model = PriceRule

    campus = factory.SubFactory(CampusFactory)
    kind = ERRANDS[0]
    status = VersionStatus.LIVE
    live_at = factory.LazyFunction(clock.now)


class StagePolicyFactory(DjangoModelFactory):
    class Meta:
        model = StagePolicy

    campus = factory.SubFactory(CampusFactory)
    stage = Stage.PLACED
    minutes = 10


ENGLISH_LESSONS = (
    "Lessons",
    "Lesson",
    "First look, then ride.\nWear a helmet.",
    "Question",
    "No",
    "Yes",
    "Because",
)
CHINESE_LESSONS = ("新手培训", "第一课", "先看路，再骑车。\n戴好头盔。", "题目", "不对", "对", "因为")

STAGE_MINUTES = {
    Stage.PLACED: 10,
    Stage.ACCEPTED: 20,
    Stage.PICKED_UP: 25,
    Stage.AT_RELAY: 15,
    Stage.RETURNING: 30,
}


def make_campus(code: str = "lake", **fields) -> Campus:
    """A campus that can take orders: zones, places, a price rule for every errand and all stage policies.

    It has no footpath network, so that distances are the fallback's and each place is some 110–450 m away.
    """
    campus = CampusFactory(code=code, name="望湖校区", name_en="Lakeside campus", **fields)
    zones = [
        ("north", "北区宿舍", "North dorms", Admits.ANY),
        ("women", "沁园", "Women's dorms", Admits.FEMALE),
        ("centre", "中心区", "Centre", Admits.ANY),
    ]
    north, women, centre = Zone.objects.bulk_create(
        ZoneFactory.build(campus=campus, code=zone_code, name=name, name_en=name_en, admits=admits)
        for zone_code, name, name_en, admits in zones
    )
    places = [
        (north, "dorm_north", "北区3栋", "North dorm 3", Place.Kind.DORM, 31.0280, 121.4340),
        (women, "dorm_women", "沁园2栋", "Qinyuan dorm 2", Place.Kind.DORM, 31.0270, 121.4360),
        (centre, "canteen", "二食堂", "Canteen 2", Place.Kind.CANTEEN, 31.0260, 121.4340),
        (
            centre,
            "parcel_station",
            "菜鸟驿站",
            "Parcel station",
            Place.Kind.PARCEL_STATION,
            31.0250,
            121.4350,
        ),
        (centre, "print_shop", "图文打印店", "Print shop", Place.Kind.SHOP, 31.0262, 121.4352),
        (None, "gate", "南门", "South gate", Place.Kind.GATE, 31.0240, 121.4340),
    ]
    Place.objects.bulk_create(
        PlaceFactory.build(
            campus=campus, zone=zone, code=place_code, name=name, name_en=name_en, kind=kind, lat=lat, lon=lon
        )
        for zone, place_code, name, name_en, kind, lat, lon in places
    )
    PriceRule.objects.bulk_create(PriceRuleFactory.build(campus=campus, kind=kind) for kind in ERRANDS)
    StagePolicy.objects.bulk_create(
        StagePolicyFactory.build(campus=campus, stage=stage, minutes=minutes)
        for stage, minutes in STAGE_MINUTES.items()
    )
    return campus


def places_of(campus: Campus) -> SimpleNamespace:
    """The places by code: `places.dorm_north`."""
    return SimpleNamespace(
        **{p.code: p for p in campus.places.select_related("zone") if p.code.isidentifier()}
    )


def make_course(campus: Campus, *, kind: str = "", actor=None, words=ENGLISH_LESSONS, **fields) -> Course:
    """A live course: two lessons and five questions whose right answer is "b"."""
    from couriers import services

    title, lesson, text, question, no, yes, why = words
    course = Course.objects.create(campus=campus, kind=kind, title=f"{title} {kind}".strip(), **fields)
    for n in (1, 2):
        course.lessons.create(position=n, title=f"{lesson} {n}", text=text)
    for n in range(1, 6):
        course.questions.create(position=n, text=f"{question} {n}?", a=no, b=yes, right="b", why=f"{why} {n}")
    return services.publish_course(course=course, actor=actor)
