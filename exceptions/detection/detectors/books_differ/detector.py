"""The books differ from a gateway's bill."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

# By the kind of discrepancy; any other is one of the ledger.
TYPES = {"stuck_payment": "payment_stuck", "stuck_refund": "refund_stuck"}
TYPE = "ledger_mismatch"

DETECTOR = Detector(
    label=_("The books differ from a gateway's bill"),
    types=(TYPE, *TYPES.values()),
    evidence="the gateway's bill, the ledger",
    stays="finance settles what it found",
)
