"""The people of the demo campus: those that a visitor logs in as, and the virtual ones that keep it alive."""

import payments.services as money
from accounts.demo import LOGINS, PASSWORD
from accounts.models import Address, Gender, StaffRole, User
from campus.models import Admits, Campus, Place
from core import clock
from core.ids import new_no
from couriers.models import Courier
from delivery.models import RelayStation
from payments import gateways
from payments.gateways.sandbox.cashier import pay_bill
from payments.models import Payment, SandboxBill

STUDENTS = [
    ("陈思远", "m"), ("李雨桐", "f"), ("张浩然", "m"), ("刘诗涵", "f"), ("杨俊杰", "m"), ("黄梓萱", "f"),
    ("吴宇轩", "m"), ("徐佳怡", "f"), ("孙博文", "m"), ("马欣妍", "f"), ("朱嘉豪", "m"), ("胡可馨", "f"),
    ("郭子轩", "m"), ("何雅婷", "f"), ("高天宇", "m"), ("罗静怡", "f"), ("郑凯文", "m"), ("梁晓彤", "f"),
]  # fmt: skip
COURIERS = [
    ("宋大伟", "m", "ebike"), ("唐志强", "m", "ebike"), ("韩磊", "m", "bicycle"), ("冯晨", "m", "bicycle"),
    ("邓立", "m", "foot"), ("曹雪", "f", "bicycle"), ("彭丽", "f", "ebike"), ("曾敏", "f", "foot"),
]  # fmt: skip


def make_people(campus: Campus) -> None:
    """Everybody with their doors, wallets and roles. What is there already stays as it is."""
    for login in LOGINS:
        user = person(campus, login.phone, login.name, login.gender, home=login.home)
        if not user.has_usable_password():
            user.set_password(PASSWORD)
            user.is_staff = bool(login.staff_role)
            user.is_superuser = login.staff_role == "superuser"
            user.save(update_fields=["password", "is_staff", "is_superuser"])
        if login.courier:
            _courier(user, campus, "ebike" if login.gender == Gender.MALE else "bicycle")
        if login.keeper:
            for station in RelayStation.objects.filter(place__campus=campus):
                station.keepers.add(user)
        if login.staff_role in StaffRole.Role.values:
            StaffRole.objects.get_or_create(user=user, campus=campus, role=login.staff_role)
    for n, (name, sex) in enumerate(STUDENTS):
        gender = Gender.MALE if sex == "m" else Gender.FEMALE
        person(campus, f"1390000{n:04d}", name, gender, virtual=True)
    for n, (name, sex, vehicle) in enumerate(COURIERS):
        gender = Gender.MALE if sex == "m" else Gender.FEMALE
        _courier(person(campus, f"1390001{n:04d}", name, gender, virtual=True), campus, vehicle)
    on_duty = person(campus, "13900020000", "自动值班", Gender.UNKNOWN, virtual=True)
    if not on_duty.is_staff:
        on_duty.is_staff = True
        on_duty.save(update_fields=["is_staff"])
    StaffRole.objects.get_or_create(user=on_duty, campus=campus, role=StaffRole.Role.SUPPORT)


def virtual_operator() -> User:
    """Who handles the tickets of virtual people, so that the demo's queue stays readable."""
    return User.objects.get(phone="13900020000")


def person(
    campus: Campus, phone: str, name: str, gender: str, *, virtual: bool = False, home: str = ""
) -> User:
    """A person with a door (in the place with the code `home`, if given) and money in the wallet; the same one when there
    is one with this phone."""
    user = User.objects.filter(phone=phone).first()
    if user is None:
        user = User(
            username=phone, phone=phone, phone_verified=True, name=name, gender=gender, campus=campus,
            is_virtual=virtual, date_joined=clock.now(),
        )  # fmt: skip
        user.set_unusable_password()
        user.save()
        fill_wallet(user, 300_00 if not virtual else 3000_00)
    if not user.addresses.exists():
        _move_in(user, campus, home)
    return user


def _move_in(user: User, campus: Campus, home: str) -> None:
    """A room in a dorm that admits them; who lives where follows from the phone, so that it is always the same."""
    own = {Gender.MALE: Admits.MALE, Gender.FEMALE: Admits.FEMALE}.get(user.gender)
    dorms = Place.objects.filter(
        campus=campus, kind=Place.Kind.DORM, zone__admits__in=[Admits.ANY, *([own] if own else [])]
    ).order_by("code")
    number = int(user.phone[-4:])
    dorm = dorms.get(code=home) if home else dorms[number * 7 % len(dorms)]
    floor = number * 5 % max(dorm.floors, 1) + 1
    Address.objects.create(
        user=user, place=dorm, detail=f"{floor}{number % 30 + 1:02d} 室", contact_name=user.name,
        contact_phone=user.phone, is_default=True,
    )  # fmt: skip


def _courier(user: User, campus: Campus, vehicle: str) -> Courier:
    return Courier.objects.get_or_create(
        user=user,
        defaults={
            "campus": campus,
            "status": Courier.Status.ACTIVE,
            "gender": user.gender,
            "vehicle": vehicle,
        },
    )[0]


def fill_wallet(user: User, fen: int) -> None:
    """Topped up at the sandbox cashier, which keeps its bill of it as of any other."""
    no = new_no()
    payment = money.start_payment(
        key=f"topup:{user.pk}:{no}",
        ref=f"T{no}",
        purpose=Payment.Purpose.TOPUP,
        user=user,
        campus=user.campus,
        amount=fen,
        gateway=Payment.Gateway.SANDBOX,
        actor=user,
    )
    gateways.get(payment.gateway).create(payment)
    bill = pay_bill(SandboxBill.objects.get(payment_no=payment.no).no)
    money.settle_payment(payment_no=payment.no, amount=bill.amount, gateway_no=bill.no)
