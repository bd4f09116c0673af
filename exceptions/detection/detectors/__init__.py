"""Exceptions that events tell of: one file a detector, with the type that it reports."""

from importlib import import_module

NAMES = (
    "courier_cancelled",
    "courier_banned",
    "over_budget",
    "lost_in_relay",
    "nobody_at_relay",
    "fake_delivery",
    "refund_stuck",
    "books_differ",
)


def register() -> None:
    """Subscribe every detector to its event: a module of this package by each name."""
    for name in NAMES:
        import_module(f"{__name__}.{name}")
