"""The people that one can be in the demo. Their rows are made by the simulation; here is only how to log in."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

PASSWORD = "demo-campus"  # noqa: S105  known to everybody, and accepted in the demo alone


@dataclass(frozen=True)
class DemoLogin:
    """`role` is what one sees of the platform; `icon` is of the sprite; `next` is where one begins."""

    phone: str
    name: str
    role: str
    about: str
    icon: str
    next: str
    staff_role: str = ""  # "" | accounts.StaffRole.Role | "superuser"
    gender: str = "male"
    courier: bool = False
    keeper: bool = False
    home: str = ""  # the code of the place where they live; "" for any that admits them


LOGINS = (
    DemoLogin("13800000001", "林晓", _("Student"), _("orders an errand"), "shopping-bag", "/"),
    DemoLogin(
        "13800000002", "赵强", _("Campus courier"), _("takes and carries jobs"), "bike", "/c/", courier=True
    ),
    DemoLogin(
        "13800000003",
        "王雪",
        _("Support operator"),
        _("handles exceptions"),
        "headphones",
        "/admin/",
        staff_role="support",
        gender="female",
    ),
    DemoLogin(
        "13800000004",
        "钱悦",
        _("Campus courier"),
        _("may enter the women's dorms"),
        "bike",
        "/c/",
        gender="female",
        courier=True,
    ),
    DemoLogin(
        "13800000007",
        "周芸",
        _("Relay keeper"),
        _("keeps the shelf at the women's dorms"),
        "warehouse",
        "/r/",
        gender="female",
        keeper=True,
    ),
    DemoLogin(
        "13800000005",
        "梅雨",
        _("Student"),
        _("lives in a women's dorm"),
        "user",
        "/",
        gender="female",
        home="mei-3",
    ),
    DemoLogin(
        "13800000008",
        "周师傅",
        _("Merchant"),
        _("sees the shop's sales and settlements"),
        "store",
        "/m/settlement/",
    ),
    DemoLogin(
        "13800000009",
        "吴磊",
        _("Dispatcher"),
        _("sees who carries what, and reassigns"),
        "route",
        "/admin/board/",
        staff_role="dispatcher",
    ),
    DemoLogin(
        "13800000010",
        "郑敏",
        _("Finance"),
        _("checks the books, pays withdrawals and settlements"),
        "banknote",
        "/admin/",
        staff_role="finance",
        gender="female",
    ),
    DemoLogin(
        "13800000006",
        "孙宁",
        _("Supervisor"),
        _("sees and decides everything"),
        "shield-check",
        "/admin/",
        staff_role="superuser",
    ),
)


def logins() -> tuple[DemoLogin, ...]:
    """Those to show on the login page: none outside the demo."""
    return LOGINS if settings.DEMO else ()


def by_phone(phone: str) -> DemoLogin | None:
    """The demo login with this number, in the demo."""
    return next((login for login in logins() if login.phone == phone), None)
