"""Meals and goods from a merchant's menu."""

from django.utils.translation import gettext_lazy as _

from orders.kinds.base import OrderKind


class Takeaway(OrderKind):
    icon, tile_class, tag_class = "utensils", "is-amber", "tag-amber"
    courier_label = _("Takeaway")
