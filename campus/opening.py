"""What a campus still lacks before people may order on it.

Each app says what it needs of a campus, once, by `@opening_need`; the list is a page of the admin, each row of which leads to
where it is mended, and `services.open_campus` refuses while something is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campus.models import Admits, Campus, Place, Zone

Words = str | Promise


@dataclass(frozen=True)
class Need:
    """One row of the checklist. `missing` says what is lacking, "" when nothing is; `have` what is there."""

    code: str
    title: Words
    url: str
    missing: Words = ""
    have: Words = ""
    # What the platform can do about it by itself, and how that is called.
    fill: Callable[[Campus], None] | None = None
    fill_label: Words = ""

    @property
    def is_met(self) -> bool:
        return not self.missing

    @property
    def can_fill(self) -> bool:
        """Whether there is a button for it. (A template that named `fill` would call it.)"""
        return self.fill is not None and not self.is_met


Check = Callable[[Campus], Need]
_checks: list[tuple[int, str, Check]] = []


def opening_need(order: int) -> Callable[[Check], Check]:
    """Register `function(campus) -> Need`; low `order` comes first on the list."""

    def register(function: Check) -> Check:
        _checks.append((order, function.__qualname__, function))
        _checks.sort(key=lambda entry: entry[:2])
        return function

    return register


def needs(campus: Campus) -> list[Need]:
    """The whole checklist, met or not."""
    return [check(campus) for _order, _name, check in _checks]


def lacks(campus: Campus) -> list[Need]:
    """What is missing."""
    return [need for need in needs(campus) if not need.is_met]


def list_url(name: str, campus: Campus) -> str:
    """The address of an admin page by URL name, for this campus: a list of its rows, or a form filled in with it."""
    key = "campus" if name.endswith("_add") else "campus__id__exact"
    return f"{reverse(name)}?{key}={campus.pk}"


# -- The ground's own ------------------------------------------------------------------------------------------


@opening_need(10)
def paths(campus: Campus) -> Need:
    """A map with paths: without them every distance is a guess."""
    network = getattr(campus, "paths", None)
    return Need(
        "paths",
        gettext_lazy("Map and paths"),
        reverse("admin:campus_mapimport_add") + f"?campus={campus.pk}",
        missing="" if network and network.edges else _("There is no map: import one."),
        have=_("%d paths") % len(network.edges) if network else "",
    )


@opening_need(20)
def places(campus: Campus) -> Need:
    """Where to fetch from, and where to bring it."""
    active = campus.places.filter(is_active=True)
    dorms = active.filter(kind=Place.Kind.DORM).count()
    others = active.exclude(kind__in=[Place.Kind.DORM, Place.Kind.GATE]).count()
    missing = ""
    if not dorms:
        missing = _("There is no dorm: nobody can give an address.")
    elif not others:
        missing = _("There is nothing but dorms: nowhere to fetch from.")
    return Need(
        "places",
        gettext_lazy("Places"),
        list_url("admin:campus_place_changelist", campus),
        missing,
        _("%(dorms)d dorms, %(others)d other places") % {"dorms": dorms, "others": others},
    )


@opening_need(30)
def zones(campus: Campus) -> Need:
    """Every dorm in a zone: zones say who may enter, and where couriers are wanted."""
    without = campus.places.filter(is_active=True, kind=Place.Kind.DORM, zone=None)
    names = [place.label for place in without[:5]]
    return Need(
        "zones",
        gettext_lazy("Zones"),
        list_url("admin:campus_place_changelist", campus) + "&kind__exact=dorm",
        _("These dorms are in no zone: %s.") % ", ".join(names) if names else "",
        _("%d zones") % campus.zones.count(),
    )


def dorm_zones(campus: Campus) -> list[Zone]:
    """Zones with dorms that are lived in."""
    dorms = Count("places", Q(places__kind=Place.Kind.DORM, places__is_active=True))
    return list(campus.zones.annotate(dorms=dorms).filter(dorms__gt=0))


@opening_need(40)
def genders(campus: Campus) -> Need:
    """Who may enter the dorms: no map says it, and a wrong guess sends couriers to a closed door."""
    found = dorm_zones(campus)
    open_questions = [zone.label for zone in found if not zone.admits_confirmed]
    closed = sum(zone.admits != Admits.ANY for zone in found)
    return Need(
        "genders",
        gettext_lazy("Who may enter the dorms"),
        list_url("admin:campus_zone_changelist", campus),
        _("Nobody has confirmed yet who may enter: %s.") % ", ".join(open_questions)
        if open_questions
        else "",
        _("%(zones)d zones with dorms, %(closed)d of them for men or women only")
        % {"zones": len(found), "closed": closed},
    )
