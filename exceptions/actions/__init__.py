"""What an operator can do about a ticket: one folder an action."""

from exceptions.actions.registry import STEPS

__all__ = ["STEPS"]
