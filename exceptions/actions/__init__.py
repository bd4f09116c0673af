"""What an operator can do about a ticket: one folder an action, and one line in `registry`."""

from exceptions.actions.registry import ACTIONS
from exceptions.actions.running import find_previous_run, run_action, undo_action

__all__ = ["ACTIONS", "find_previous_run", "run_action", "undo_action"]
