"""The student's pages."""

from orders.views.actions import address, budget, cancel, code, confirm, patience, tip, urge
from orders.views.home import home, order_list
from orders.views.photos import photo
from orders.views.receipt import receipt
from orders.views.tracking import detail, live
from orders.views.wizard import draft, new, price, start_over

__all__ = [
    "address",
    "budget",
    "cancel",
    "code",
    "confirm",
    "detail",
    "draft",
    "home",
    "live",
    "new",
    "order_list",
    "patience",
    "photo",
    "price",
    "receipt",
    "start_over",
    "tip",
    "urge",
]
