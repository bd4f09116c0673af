"""What every kind of order answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from campus.models import Campus, Place
from orders.kinds.form import ErrandForm
from orders.models import Kind
from orders.requests import ErrandRequest

Text = str | Promise


class OrderKind:
    """One kind of order. The defaults are those of something that is fetched at one place and brought to another;
    subclasses say what they have otherwise, and `icon` and `courier_label`.

    `details` below are those of an order (`ErrandRequest.details`).
    """

    # -- Ordering --

    # None: it is not ordered by filling in a form.
    form_class: type[ErrandForm] | None = None
    # The line under its name on the first page.
    tile_text: Text = ""
    # The door is where the customer lives: the form starts with their address and offers the others.
    starts_at_home = True
    # The customer offers the fee, or lets couriers name theirs.
    fee_by_customer = False
    # The courier buys the goods first, for what the receipt says.
    is_bought = False
    # What is waited for at a place is handed over at the same place.
    done_at_dropoff = False
    # The courier needs a code to get it, which nobody sees before they have the job.
    has_pickup_code = False

    # -- How it looks --

    icon: str
    # Classes of the stylesheet: of the tile behind the icon, and of the name on a courier's card.
    tile_class = ""
    tag_class = "tag-brand"

    # -- What the customer reads --

    at_pickup_title: Text = _("The courier is at the pickup")
    at_pickup_notice: Text = _("They are fetching it now.")
    # Of the steps on the order's page, those between "Accepted" and "Delivered".
    middle_steps: tuple[Text, Text] = (_("Picked up"), _("On the way"))

    # -- What the courier reads --

    # The name in two or three characters.
    courier_label: Text
    # Where to fetch it when no place is named.
    anywhere_label: Text = ""
    pickup_title: Text = _("Go and fetch it")
    at_pickup_courier_title: Text = _("At the pickup")
    # The slider and the button with which the courier says that it is in their hands.
    pick_up_slide: Text = _("Slide when you have the goods")
    pick_up_button: Text = _("Picked up")
    # One letter each: in the pin of the pickup, and of the drop-off when there is no pickup.
    pickup_pin: Text = pgettext_lazy("fetch", "F")
    lone_dropoff_pin: Text = pgettext_lazy("deliver", "D")

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def label(self) -> Text:
        return Kind(self.name).label

    @property
    def floor_by_address(self) -> bool:
        return self.form_class is not None and self.form_class.floor_by_address

    def initial(self, customer: User, campus: Campus) -> dict[str, Any]:
        """What the form starts with besides the address, from what this customer ordered before."""
        return {}

    def has_pickup_stage(self, pickup_id: int | None) -> bool:
        """Whether something is fetched, bought or waited for before it is handed over. What is not is done where the
        customer is: the courier goes there, and that is all."""
        return pickup_id is not None or self.is_bought or self.done_at_dropoff

    def floors_on_foot(self, details: Mapping[str, Any], door: Place) -> int:
        """The floors that the courier climbs: up to the door where no lift goes there, or those that the customer
        named."""
        if self.floor_by_address and door.has_lift:
            return 0
        return (details.get("floor") or 1) - 1

    def summary(self, request: ErrandRequest) -> str:
        """One line for lists. Never a code, a room or a phone number."""
        return (request.what.strip() or str(self.label))[:120]

    def courier_tags(self, details: Mapping[str, Any]) -> Iterable[Text]:
        """What makes a job of this kind easy or hard, in a few words each; weight, pieces, floors and waiting are
        said of every kind."""
        return ()

    def courier_notes(self, details: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        """(icon, sentence) of what the courier has to mind."""
        return ()

    def when_missing(self, details: Mapping[str, Any]) -> Text:
        """What to do when something is sold out, as the customer wished; empty when nobody asked."""
        return ""
