"""What a campus must promise before it opens: what goes wrong is made good by rules."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campus.models import Campus
from campus.opening import Need, list_url, opening_need
from exceptions.library.loading import load_library
from exceptions.library.shipped import RULES
from exceptions.models import CompensationRule, ExceptionType


@opening_need(65)
def compensation(campus: Campus) -> Need:
    """A rule for each type that the library pays for."""
    live = CompensationRule.objects.live().filter(campus=campus).values("type")
    without = ExceptionType.objects.filter(code__in=RULES).exclude(pk__in=live)
    names = [exception_type.name for exception_type in without]
    known = ExceptionType.objects.filter(code__in=RULES).count()
    is_missing = names or known < len(RULES)
    return Need(
        "compensation",
        gettext_lazy("Compensation"),
        list_url("admin:exceptions_compensationrule_changelist", campus),
        (_("There is no rule for: %s.") % ", ".join(names) if names else _("There are no rules yet."))
        if is_missing
        else "",
        _("%d rules are live") % live.count(),
        fill=load_library,
        fill_label=gettext_lazy("Take the shipped rules"),
    )
