"""Escalation: who is told, step by step, of a ticket whose time has run out, until somebody takes it.

    progress(started, plan, happened)     # a pure function: which step is due when, whether one has acknowledged

Steps (assignee, group, supervisor, page) are those of the policy that was live when the escalation started; each is an entry
of the ticket's log, so that it is run once. `services` starts, runs and acknowledges, `audit` runs what was lost.
"""
