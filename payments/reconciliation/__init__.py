"""The books compared: with each gateway's bill of a day, and with themselves. Every night, and by hand.

`compare` and `books` only read and name faults; `runs` keeps what they found.
"""

from payments.reconciliation.books import frees_escrow
from payments.reconciliation.faults import Fault
from payments.reconciliation.runs import check_bill, check_books, reconcile_due, settle_discrepancy

__all__ = ["Fault", "check_bill", "check_books", "frees_escrow", "reconcile_due", "settle_discrepancy"]
