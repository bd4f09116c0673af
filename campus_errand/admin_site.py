"""What every page of the admin shows around its content: menu, campus switch, search. Named in settings.UNFOLD."""

from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from accounts.models import StaffRole
from accounts.operator_scope import active_campuses, chosen_campus, own_campuses
from accounts.permissions import HANDLERS, is_operator
from chat.desk import selectors as desk
from core.admin import DISPATCHER, SUPERVISOR, campuses_with, has_role, log_searched_numbers, scoped
from core.phones import is_phone
from core.realtime import page_token
from couriers.models import Courier
from exceptions.console import live, selectors
from exceptions.models import Ticket
from orders.models import Order
from orders.pauses import active_pauses
from orders.selectors import reviews_waiting

SEARCH_LIMIT = 8

# (title, [(model, icon)…]); a model that has no admin page, or none for this operator, is left out.
MENU = [
    (
        "Business",
        [
            ("orders.order", "receipt_long"),
            ("delivery.leg", "alt_route"),
            ("couriers.courier", "two_wheeler"),
            ("couriers.shift", "calendar_month"),
            ("couriers.shiftassignment", "event_available"),
            ("couriers.worksession", "hourglass_bottom"),
            ("couriers.application", "how_to_reg"),
            ("couriers.course", "school"),
            ("couriers.attempt", "quiz"),
            ("dispatch.offer", "send_to_mobile"),
            ("dispatch.dispatchrule", "rule"),
            ("dispatch.planning", "route"),
            ("delivery.relaystation", "warehouse"),
            ("delivery.custody", "transfer_within_a_station"),
            ("delivery.rating", "star"),
            ("delivery.scancode", "qr_code_2"),
            ("orders.prohibitedrule", "block"),
            ("orders.pricerule", "sell"),
            ("orders.stagepolicy", "timer"),
        ],
    ),
    (
        "Exceptions",
        [
            ("exceptions.exceptiontype", "category"),
            ("exceptions.servicepolicy", "timer"),
            ("exceptions.escalationpolicy", "campaign"),
            ("exceptions.escalation", "notification_important"),
            ("exceptions.compensationrule", "volunteer_activism"),
            ("exceptions.ruling", "gavel"),
            ("exceptions.detectorthreshold", "timer"),
        ],
    ),
    (
        "Service",
        [
            ("chat.conversation", "forum"),
            ("chat.cannedanswer", "quickreply"),
        ],
    ),
    (
        "Campus",
        [
            ("campus.campus", "map"),
            ("campus.zone", "select_all"),
            ("campus.place", "location_on"),
            ("campus.peakperiod", "schedule"),
            ("campus.calendarentry", "event"),
            ("campus.mapimport", "upload_file"),
        ],
    ),
    (
        "Money",
        [
            ("payments.payment", "payments"),
            ("payments.refund", "currency_exchange"),
            ("payments.withdrawal", "outbound"),
            ("payments.settlement", "storefront"),
            ("catalog.merchant", "store"),
            ("catalog.commissionrule", "percent"),
            ("payments.account", "account_balance_wallet"),
            ("payments.transfer", "swap_horiz"),
            ("payments.discrepancy", "rule"),
            ("payments.reconciliation", "compare_arrows"),
        ],
    ),
    (
        "People",
        [
            ("accounts.user", "group"),
            ("accounts.staffrole", "badge"),
            ("accounts.securityevent", "shield_person"),
            ("core.retentionrun", "policy"),
            ("accounts.restrictedrecord", "lock"),
            ("telephony.callattempt", "call"),
            ("telephony.numberbinding", "phone_forwarded"),
        ],
    ),
    (
        "Platform",
        [
            ("notifications.send", "outgoing_mail"),
            ("notifications.circuit", "cell_tower"),
            ("exceptions.auditfinding", "fact_check"),
            ("exceptions.scanfailure", "report"),
            ("core.handlerrun", "engineering"),
            ("core.outboxevent", "inbox"),
        ],
    ),
]


# Whose daily work what is: whole groups of the menu, or single models. Supervisors have all of it; what somebody may look
# at besides stands under "all applications".
_ROLES = StaffRole.Role
WORK: dict[str, set[str]] = {
    _ROLES.SUPPORT: {
        "Exceptions", "Service", "orders.order", "delivery.leg", "couriers.courier", "telephony.callattempt",
    },
    _ROLES.DISPATCHER: {"Business", "Campus"},
    _ROLES.FINANCE: {"Money", "orders.order", "orders.pricerule", "exceptions.ruling", "exceptions.compensationrule"},
}  # fmt: skip


def _work_of(request: HttpRequest) -> set[str]:
    """Groups and models that belong to this operator's work, by all of their roles."""
    mine = {role for role in WORK if is_operator(request.user, None, role)}
    if request.user.is_superuser or is_operator(request.user, None, _ROLES.SUPERVISOR) or not mine:
        return {group for group, _models in MENU}
    return set().union(*(WORK[role] for role in mine))


def navigation(request: HttpRequest) -> list[dict]:
    """The sidebar, for this operator."""
    work = _work_of(request)
    titles = {
        "Business": _("Business"),
        "Exceptions": _("Rules of exceptions"),
        "Service": _("Customer service"),
        "Campus": _("Campus"),
        "Money": _("Money"),
        "People": _("People"),
        "Platform": _("Platform"),
    }
    menu = [{"title": _("On watch"), "separator": False, "items": _watch(request)}]
    for group, models in MENU:
        mine = [(model, icon) for model, icon in models if group in work or model in work]
        items = [item for model, icon in mine if (item := _item(request, model, icon))]
        if items:
            menu.append({"title": titles[group], "separator": True, "items": items})
    return menu


def _watch(request: HttpRequest) -> list[dict]:
    items = []
    if is_operator(request.user):
        console = {
            "title": _("Exception console"),
            "icon": "support_agent",
            "link": reverse("exceptions:console"),
        }
        if open_now := selectors.open_count(own_campuses(request)):
            console["badge"] = open_now
        items.append(console)
    if is_operator(request.user, None, *HANDLERS):
        support = {"title": _("Support desk"), "icon": "forum", "link": reverse("chat:desk")}
        if waiting := desk.waiting_count(active_campuses(request.user, *HANDLERS)):
            support["badge"] = waiting
        items.append(support)
    if has_role(request, (DISPATCHER, SUPERVISOR)):
        items.append(
            {"title": _("Dispatch board"), "icon": "conversion_path", "link": reverse("board:board")}
        )
        pause = {"title": _("Pause ordering"), "icon": "pause_circle", "link": reverse("pauses:pauses")}
        if paused := len(active_pauses(own_campuses(request))):
            pause["badge"] = paused
        items.append(pause)
    if item := _item(request, "orders.review", "policy_alert"):
        if waiting := reviews_waiting(own_campuses(request)):
            item["badge"] = waiting
        items.append(item)
    if item := _item(request, "exceptions.ticket", "confirmation_number"):
        items.append(item)
    items.append({"title": _("Operations today"), "icon": "monitoring", "link": reverse("admin:index")})
    return items


def _item(request: HttpRequest, label: str, icon: str) -> dict | None:
    for model, model_admin in admin.site._registry.items():
        if model._meta.label_lower == label and model_admin.has_view_permission(request):
            app, name = label.split(".")
            return {
                "title": capfirst(str(model._meta.verbose_name_plural)),
                "icon": icon,
                "link": reverse(f"admin:{app}_{name}_changelist"),
            }
    return None


def subheader(request: HttpRequest) -> str:
    """Under the product's name: the campus that is shown."""
    if not request.user.is_authenticated:
        return ""
    campus = chosen_campus(request)
    return campus.label if campus else _("All my campuses")


def campus_menu(request: HttpRequest) -> list[dict]:
    """The site menu: switch between campuses, when there are several."""
    if not request.user.is_authenticated or len(own := own_campuses(request)) < 2:
        return []
    now = chosen_campus(request)
    console = reverse("exceptions:console")  # its ticket may be of another campus
    back = {"next": console} if request.path.startswith(console) else {}
    entries = [("", _("All my campuses"), "apps")]
    entries += [(campus.code, campus.label, "location_city") for campus in own]
    return [
        {
            "title": label,
            "icon": "check" if code == (now.code if now else "") else icon,
            "link": f"{reverse('accounts:operator_campus')}?{urlencode({'code': code} | back)}",
        }
        for code, label, icon in entries
    ]


def everywhere(request: HttpRequest) -> dict:
    """What templates/admin/base_site.html needs to listen to the operator's campuses on every page."""
    if not is_operator(request.user):
        return {}
    token = page_token(request, live.groups(request))
    answers = is_operator(request.user, None, *HANDLERS)
    return {"live_url": f"/ws/live/?t={token}", "listens": True, "answers": answers}


def environment(request: HttpRequest) -> list[str] | None:
    return [_("Demo"), "warning"] if settings.DEMO else None


def style(request: HttpRequest) -> str:
    return static("css/console.css")


def favicon(request: HttpRequest) -> str:
    return static("img/logo.svg")


def search(request: HttpRequest, term: str) -> list[SearchResult]:
    """Ctrl+K: tickets and orders by number, and by their people's name or whole phone number (which is written down), of
    the operator's campuses."""
    term, campuses = term.strip(), campuses_with(request)
    log_searched_numbers(request, term, "accounts.User")
    by_phone = is_phone(term)
    orders = scoped(Order.objects.all(), campuses).filter(
        Q(customer__phone=term) if by_phone else Q(no__istartswith=term) | Q(customer__name__icontains=term)
    )
    tickets = scoped(Ticket.objects.select_related("type"), campuses).filter(
        Q(no__istartswith=term)
        | Q(order__in=list(orders.order_by("-pk").values_list("pk", flat=True)[:SEARCH_LIMIT]))
    )
    couriers = scoped(Courier.objects.select_related("user"), campuses).filter(
        Q(user__phone=term) if by_phone else Q(user__name__icontains=term)
    )
    found = [
        SearchResult(
            title=f"{ticket.type.name} · {ticket.no}",
            description=_("Ticket"),
            link=f"{reverse('exceptions:console')}?t={ticket.no}",
            icon="confirmation_number",
        )
        for ticket in tickets.order_by("-pk")[:SEARCH_LIMIT]
    ]
    found += _results(
        orders.order_by("-pk")[:SEARCH_LIMIT], "receipt_long", lambda order: f"{order.no} · {order.summary}"
    )
    found += _results(couriers[:SEARCH_LIMIT], "two_wheeler", str)
    return found


def _results(rows, icon: str, title) -> list[SearchResult]:
    return [
        SearchResult(
            title=title(row),
            description=capfirst(str(row._meta.verbose_name)),
            link=reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]),
            icon=icon,
        )
        for row in rows
        if type(row) in admin.site._registry
    ]
