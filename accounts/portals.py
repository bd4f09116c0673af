"""The portals in which people use the platform. Each is added by the app that has its pages; those that several share
(inbox, chat, withdrawals) wear the tabs of the portal that the person came from."""

from dataclasses import dataclass

from django.http import HttpRequest

STUDENT, COURIER = "student", "courier"


@dataclass(frozen=True)
class Portal:
    """`template` is what its pages extend; `home` the URL name of the person's own page; `order_tab` where orders are."""

    name: str
    template: str
    home: str
    order_tab: str


PORTALS: dict[str, Portal] = {}


def add(portal: Portal) -> None:
    PORTALS[portal.name] = portal


add(Portal(STUDENT, template="student/base.html", home="accounts:me", order_tab="orders"))


def portal_of(request: HttpRequest) -> Portal:
    """The portal that the address asks for (`?portal=`), remembered for the session."""
    asked = request.GET.get("portal", "")
    if asked in PORTALS:
        request.session["portal"] = asked
    return PORTALS.get(request.session.get("portal", ""), PORTALS[STUDENT])
