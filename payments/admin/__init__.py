"""Money to look at; everything that moves it is a service."""

from payments.admin import books, complaints, paying, payouts, reconciliation, settling

__all__ = ["books", "complaints", "paying", "payouts", "reconciliation", "settling"]
