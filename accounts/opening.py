"""Whom a campus needs before it opens."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import StaffRole, User
from accounts.permissions import HANDLERS
from campus.models import Campus
from campus.opening import Need, list_url, opening_need

# An appeal is decided by another operator than the one whose decision it is about.
FEWEST_HANDLERS = 2


@opening_need(80)
def operators(campus: Campus) -> Need:
    """Somebody who is in charge, and somebody else who can decide."""
    here = User.objects.filter(is_active=True, is_staff=True)
    # Superusers may do everything everywhere; those of this campus are counted.
    everything = Q(is_superuser=True, campus=campus)
    in_charge = Q(staff_roles__campus=campus, staff_roles__role=StaffRole.Role.SUPERVISOR)
    handling = Q(staff_roles__campus=campus, staff_roles__role__in=HANDLERS)
    supervisors = here.filter(everything | in_charge).distinct().count()
    handlers = here.filter(everything | handling).distinct().count()
    missing = ""
    if not supervisors:
        missing = _("There is no supervisor.")
    elif handlers < FEWEST_HANDLERS:
        missing = _("There is nobody else who handles tickets: an appeal is decided by another operator.")
    return Need(
        "operators",
        gettext_lazy("Operators"),
        list_url("admin:accounts_staffrole_add", campus),
        missing,
        _("%(supervisors)d supervisors, %(handlers)d people who handle tickets")
        % {"supervisors": supervisors, "handlers": handlers},
    )
