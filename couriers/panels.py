"""What couriers put on the pages of others: the way to their side, or to becoming one of them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core import links
from core.panels import menu_item, panel
from couriers.models import Courier
from couriers.permissions import courier_of

Status = Courier.Status


@panel("accounts.me.menu", order=40)
def couriers_side(request: HttpRequest, user: User) -> str:
    courier = courier_of(user)
    status = courier.status if courier else None
    if status in (Status.ACTIVE, Status.SUSPENDED):
        title, text = _("To the courier's side"), _("Jobs, route, earnings")
        return menu_item(links.url("courier.home"), "bike", title, text, tone="is-blue")
    if status == Status.APPLIED:
        text = _("Your application is being checked")
    elif status in (Status.VETTED, Status.TRAINING):
        text = _("Almost there")
    else:
        text = _("Earn something between two lectures")
    return menu_item(reverse("couriers:apply"), "bike", _("Become a courier"), text, tone="is-blue")
