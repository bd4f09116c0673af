"""Taking a step as the console does: its form filled in, its preview read, its button pressed."""

from exceptions.actions import ACTIONS, run_action
from payments.models import Entry


def run(ticket, step, actor, key="press-1", **params):
    """Fill in the step's form as a browser would, and press the button."""
    form = filled(ticket, step, **params)
    return run_action(ticket=ticket, action=step, params=form.cleaned_data, actor=actor, key=key)


def filled(ticket, step, **params):
    start = ACTIONS[step].form(ticket)
    data = {
        name: field.prepare_value(start.get_initial_for_field(field, name))
        for name, field in start.fields.items()
    }
    form = ACTIONS[step].form(ticket, {k: v for k, v in (data | params).items() if v is not None})
    assert form.is_valid(), form.errors
    return form


def previewed(ticket, step, **params) -> dict[str, int]:
    """Who gains what, by the preview."""
    found: dict[str, int] = {}
    for line in ACTIONS[step].preview(ticket, filled(ticket, step, **params).cleaned_data).lines:
        if line.fen is not None:
            found[line.who] = found.get(line.who, 0) + line.fen
    return found


def last_entry() -> int:
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
