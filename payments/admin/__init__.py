"""Money to look at; everything that moves it is a service."""

from payments.admin import books, paying, payouts, reconciliation, settling

__all__ = ["books", "paying", "payouts", "reconciliation", "settling"]
