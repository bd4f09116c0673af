"""Offers and bids as personal data."""

from django.utils.translation import gettext_lazy

from accounts.personal import exports, named
from core.personal_data import Erasure, Reader, not_personal, personal
from dispatch.models import Bid, Block, Favourite
from orders.names import courier_name

OWN, STAFF, CUSTOMER = Reader.PERSON, Reader.OPERATORS, Reader.CUSTOMER
PLACED = gettext_lazy("to find the next job, and to show the customer where the order is")
CHAIN = gettext_lazy("to know in whose hands something was")
VETTING = gettext_lazy("to check who may carry orders")
WAGES = gettext_lazy("to plan and pay the work")

personal(
    "dispatch.Bid", "words", about="courier__user order__customer", exported="bids",
    purpose=gettext_lazy("to choose a courier by"), readers=(OWN, CUSTOMER, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "dispatch.Offer", "explanation", mentions="courier__user",
    purpose=WAGES, readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "dispatch.Offer", "made_by",
    purpose=WAGES, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "dispatch.Favourite", "customer", about="customer", exported="again",
    purpose=gettext_lazy("to ask a courier first whom the customer knows"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "dispatch.Block", "by other", about="by other", exported="again",
    purpose=gettext_lazy("to keep two people apart who do not want to meet"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
not_personal("dispatch.DispatchRule.hours", "dispatch.Offer.no", "dispatch.Planning")


@exports("again")
def again(user) -> list[dict]:
    """Whom they want to meet again, and whom not; never who does not want to meet them."""
    wanted = Favourite.objects.filter(customer=user).select_related("courier__user").order_by("pk")
    unwanted = Block.objects.filter(by=user).order_by("pk")
    return [
        *({"courier": courier_name(one.courier.user), "again": True, "at": one.created_at.isoformat()} for one in wanted),
        *({"again": False, "at": one.created_at.isoformat()} for one in unwanted),
    ]  # fmt: skip


@exports("bids")
def bids_of(user) -> list[dict]:
    """What they offered to do errands for."""
    return [
        {"order": bid.order.no, "status": named(bid, "status"), "fee_fen": bid.fee_fen, "text": bid.words,
         "at": bid.created_at.isoformat()}
        for bid in Bid.objects.filter(courier__user=user).select_related("order").order_by("pk")
    ]  # fmt: skip
