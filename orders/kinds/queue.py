"""Somebody who stands in a queue, or holds a seat, until the customer comes."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.kinds.base import OrderKind
from orders.kinds.form import ErrandForm, Number


class QueueForm(ErrandForm):
    kind = "queue"
    what_fields = ("what", "minutes")
    dropoff_label = _("Where to queue")
    dropoff_detail_label = _("Where exactly")
    asks_room = False

    what = forms.CharField(label=_("What for"), max_length=60)
    minutes = Number(15, 180, 15, label=_("For how long (minutes)"), initial=30)

    def of_kind(self, given):
        return {"what": given.get("what", ""), "minutes": given.get("minutes") or 15, "floor": 1}


class Queue(OrderKind):
    form_class = QueueForm
    icon, tile_class = "users", "is-violet"
    tile_text = _("Someone stands there for you")
    courier_label = _("Queue")
    starts_at_home = False
    done_at_dropoff = True

    at_pickup_title = _("The courier is queueing for you")
    at_pickup_notice = _("They are queueing for you now.")
    middle_steps = (_("In the queue"), _("Handing over"))
    pickup_title = _("Go and queue")
    at_pickup_courier_title = _("Queueing")
    pick_up_slide, pick_up_button = _("Slide when it is your turn"), _("My turn")
    lone_dropoff_pin = pgettext_lazy("queue", "Q")
