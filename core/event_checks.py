"""Events that would be written and never heard, or that say they are of another app."""

from django.core.checks import Error, register

from core import events


@register()
def subscribed_events(app_configs, **kwargs) -> list[Error]:
    """Every event has a subscriber."""
    return [
        Error(
            f"{event.name} ({event.__qualname__}) has no subscriber.",
            hint="Subscribe in a module that an AppConfig.ready imports, or do not emit it: history is for the record.",
            id="core.E003",
        )
        for _app, event in events.declared()
        if not events.subscribers_of(event)
    ]


@register()
def named_events(app_configs, **kwargs) -> list[Error]:
    """An event belongs to the app that declares it, and its name and subscribers fit their columns."""
    wrong = []
    for app, event in events.declared():
        if event.name.partition(".")[0] != app.label or len(event.name) > 64:
            wrong.append(Error(f"{event.name} is no name for an event of {app.label}.", id="core.E004"))
        for name in events.subscribers_of(event):
            if len(name) > 120:
                wrong.append(Error(f"{name} is too long for core.HandlerRun.handler.", id="core.E005"))
    return wrong
