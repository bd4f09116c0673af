"""The four clocks of a ticket: customer told, worked on, first response, resolution.

    at_now = state(log, policy, at)      # a pure function: no database, no present time

The log says what happened, the policy (frozen onto the ticket when it opens) how long each may take and on which hours it
runs. Columns with due times are a projection of this, for the queue's index (`projection`).
"""

from exceptions.clocks.policy import Policy
from exceptions.clocks.state import Clock, ClockName, ClockState, LogEntry, state

__all__ = ["Clock", "ClockName", "ClockState", "LogEntry", "Policy", "state"]
