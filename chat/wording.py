"""What chat says by itself, in the active language. The apps above speak for their own events (`subjects.words`)."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.models import Message
from chat.subjects import words
from core import clock

# Offered above the keyboard, by what the room is and who writes.
QUICK = {
    ("order", "customer"): [
        gettext_lazy("I am coming down"),
        gettext_lazy("Please leave it at the door"),
        gettext_lazy("How long will it take?"),
        gettext_lazy("Thank you!"),
    ],
    ("order", "courier"): [
        gettext_lazy("I am downstairs"),
        gettext_lazy("There is a queue, about 5 minutes more"),
        gettext_lazy("It is at your door"),
        gettext_lazy("I cannot get in, please come down"),
    ],
    ("service", "customer"): [
        gettext_lazy("Where is my order?"),
        gettext_lazy("I want to change the address"),
        gettext_lazy("Something is missing or broken"),
        gettext_lazy("When does my refund arrive?"),
    ],
    ("service", "courier"): [
        gettext_lazy("The customer cannot be reached"),
        gettext_lazy("I cannot enter the building"),
        gettext_lazy("The goods are not there"),
        gettext_lazy("A question about my pay"),
    ],
}


def role_label(role: str) -> str:
    return {
        Message.Role.CUSTOMER: _("Customer"),
        Message.Role.COURIER: _("Courier"),
        Message.Role.OPERATOR: _("Customer service"),
        Message.Role.SYSTEM: _("System"),
    }[Message.Role(role)]


def moment(at: datetime) -> str:
    """08:00, with the day when it is not today."""
    local = timezone.localtime(at)
    if local.date() == clock.today():
        return f"{local:%H:%M}"
    return f"{date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}"


@words("queued")
def queued(data: dict) -> str:
    return _("You are in the queue. You may leave this page: we tell you when there is an answer.")


@words("after_hours")
def after_hours(data: dict) -> str:
    return _(
        "Customer service is closed now. Leave your message: it is the first we answer from %(time)s."
    ) % {"time": moment(datetime.fromisoformat(data["opens"]))}


@words("closed")
def closed(data: dict) -> str:
    return _("Customer service has ended this conversation. Write again whenever you need us.")


@words("handed_over")
def handed_over(data: dict) -> str:
    return _("%(from)s handed it over to %(to)s") % data


@words("about_order")
def about_order(data: dict) -> str:
    return _("This is now about order %(ref)s") % data


@words("about_ticket")
def about_ticket(data: dict) -> str:
    return _("This is now about case %(ref)s: each step is told there") % data
