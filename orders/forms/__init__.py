"""What customers fill in."""

from orders.forms.actions import AddressForm, CancelForm, TipForm
from orders.forms.errand import FORMS, ErrandForm, floor_of

__all__ = ["FORMS", "AddressForm", "CancelForm", "ErrandForm", "TipForm", "floor_of"]
