"""The rules that a campus needs before anything is ordered on it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campus.models import Campus
from campus.opening import Need, list_url, opening_need
from orders.models import Kind, PriceRule, Stage, StagePolicy

# Minutes that a stage may take where nobody knows better yet, the demo campus among them. Operators edit them.
USUAL_MINUTES = {
    Stage.PLACED: 5,
    Stage.ACCEPTED: 15,
    Stage.PICKED_UP: 15,
    Stage.AT_RELAY: 15,
    Stage.RETURNING: 40,
}


@opening_need(50)
def prices(campus: Campus) -> Need:
    """A price: a kind without one is not offered, and a campus without any takes no orders."""
    priced = PriceRule.objects.live().filter(campus=campus).values_list("kind", flat=True)
    names = [str(Kind(kind).label) for kind in sorted(priced)]
    return Need(
        "prices",
        gettext_lazy("Prices"),
        list_url("admin:orders_pricerule_changelist" if names else "admin:orders_pricerule_add", campus),
        "" if names else _("No kind of errand has a price: nothing can be ordered."),
        _("offered: %s") % ", ".join(names) if names else "",
    )


@opening_need(60)
def stages(campus: Campus) -> Need:
    """A time for every stage, for every kind that has none of its own: without it nothing is ever overdue."""
    general = set(StagePolicy.objects.filter(campus=campus, kind="").values_list("stage", flat=True))
    missing = [str(stage.label) for stage in Stage if stage not in general]
    return Need(
        "stages",
        gettext_lazy("Times of the stages"),
        list_url("admin:orders_stagepolicy_changelist", campus),
        _("No time is set for: %s.") % ", ".join(missing) if missing else "",
        _("%d stages have a time") % len(general),
        fill=fill_stages,
        fill_label=gettext_lazy("Take the usual times"),
    )


def fill_stages(campus: Campus) -> None:
    """Give each stage that has no time the usual one; what is there stays."""
    StagePolicy.objects.bulk_create(
        [
            StagePolicy(campus=campus, stage=stage, minutes=minutes)
            for stage, minutes in USUAL_MINUTES.items()
        ],
        ignore_conflicts=True,
    )
