"""Reading the inbox, and where a person is found."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, F, Max, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat

from notifications import kinds
from notifications.kinds import Topic
from notifications.models import Notice, Preference

# What notices about one order, or else with one link, are to their reader: one matter. A notice that leads nowhere is one
# by itself.
_MATTER = Case(
    When(~Q(about=""), then=Concat(Value("order:"), F("about"))),
    When(link="", then=Concat(Value("#"), Cast("id", CharField()))),
    default=F("link"),
)
MOST_EARLIER = 9
LOOK = (Topic.NEEDED, Topic.TROUBLE, Topic.CHAT)


def matters(user) -> QuerySet:
    """What the person's notices are about, the latest first: "order:number", else their links (or "#id")."""
    own = Notice.objects.filter(user=user).annotate(matter=_MATTER)
    return (
        own.values("matter").annotate(latest=Max("id")).order_by("-latest").values_list("matter", flat=True)
    )


@dataclass(frozen=True)
class Matter:
    """The notices about one order, ticket or other page: the latest, and those before it."""

    latest: Notice
    earlier: list[Notice]

    @property
    def unread(self) -> int:
        return sum(notice.read_at is None for notice in (self.latest, *self.earlier))


def notices_by_matter(user, wanted: Iterable[str]) -> list[Matter]:
    """The notices about these matters, in their order. One query."""
    by_matter: dict[str, list[Notice]] = {matter: [] for matter in wanted}
    own = Notice.objects.filter(user=user).annotate(matter=_MATTER)
    for notice in own.filter(matter__in=list(by_matter)).order_by("-id"):
        by_matter[notice.matter].append(notice)
    return [Matter(found[0], found[1 : MOST_EARLIER + 1]) for found in by_matter.values() if found]


def unread_count(user) -> int:
    """How many notices are unread; 100 stands for "or more"."""
    return Notice.objects.filter(user=user, read_at__isnull=True).order_by()[:100].count()


def attention_count(user) -> int:
    """How many matters want to be looked at: unread notices that ask for something, warn, or bring somebody's words. 100
    stands for "or more", so that the badge costs the same for everybody."""
    asking = [name for name, kind in kinds.known().items() if kind.topic in LOOK]
    unread = Notice.objects.filter(
        Q(severity__lte=2) | Q(level=Notice.Level.WARN) | Q(kind__in=asking), user=user, read_at__isnull=True
    )
    return unread.annotate(matter=_MATTER).order_by().values("matter").distinct()[:100].count()


def wechat_of(user) -> str:
    """The name under which our account at WeChat knows the person; "" where it does not."""
    return Preference.objects.filter(user=user).values_list("wechat", flat=True).first() or ""
