"""What the chat puts on the pages of others."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core.panels import menu_item, panel


@panel("accounts.me.menu", order=30)
def customer_service(request: HttpRequest, user: User) -> str:
    url = f"{reverse('chat:support')}?portal=student"
    text = _("Write to us, a person answers")
    return menu_item(url, "headphones", _("Customer service"), text, tone="is-violet")
