"""The decorator with which an app declares a notification: one function for each, per kind of recipient.

    to_customer = notification(find=order_of, to=lambda order: order.customer, link=lambda order: order.get_absolute_url())

    @to_customer(OrderExpired, Topic.PROGRESS)
    def order_expired(order, event):
        return NotificationText(_("Not paid in time: %(what)s") % {"what": order.summary}, _("It costs nothing."))

The function's name is the notice's kind. It is called in the language of the one who reads, and returns None when
there is nothing to say. What it returns is sent once for each subject, however often the event is handled.
"""

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

from accounts.language import in_language_of
from core.events import Event, subscribe
from notifications import kinds
from notifications.kinds import Topic
from notifications.models import Notice
from notifications.services import notify

INFO, GOOD, WARN = Notice.Level.INFO, Notice.Level.GOOD, Notice.Level.WARN


class NotificationText(NamedTuple):
    """Finished sentences. `time` tells one saying from the next, where the same may be said of a subject again."""

    title: str
    body: str = ""
    level: str = INFO
    time: object = ""


def notification(
    *,
    find: Callable,
    to: Callable,
    link: Callable,
    name: Callable = lambda subject: subject.no,
    about: Callable = lambda subject: "",
) -> Callable:
    """A decorator for what is said to somebody about something.

    `find(event)` gives the subject of the event, or None when nobody is to be told; `to(subject)` the person,
    `link(subject)` the path of its page, `name(subject)` what makes a notice about it the only one of its kind, `about(subject)` the number of the order that it
    has to do with.
    """

    def says(event_type: type[Event], topic: Topic, **traits) -> Callable:
        def register(words: Callable) -> Callable:
            kind = words.__name__
            kinds.add(kind, topic, **traits)

            @wraps(words)
            def tell(event: Event) -> None:
                subject = find(event)
                if subject is None:
                    return
                user = to(subject)
                with in_language_of(user):
                    said = words(subject, event)
                    if said is not None:
                        notify(
                            user=user, kind=kind, title=said.title, body=said.body, level=said.level,
                            link=link(subject), about=about(subject), key=f"{kind}:{name(subject)}:{said.time}",
                        )  # fmt: skip

            tell.__doc__ = f"Send the notification {kind}.\n\n{words.__doc__ or ''}"
            return subscribe(event_type)(tell)

        return register

    return says
