"""What is needed of the map."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campus.models import Campus
from core.installation import Lack, requirement


@requirement
def campus() -> Lack | None:
    """A campus that people can choose when they sign up."""
    if Campus.objects.filter(is_active=True).exists():
        return None
    return Lack(
        "campus.W001",
        _("There is no active campus: nobody can sign up."),
        _("Import a map (Campus → map imports), then go through its checklist and open it."),
        reverse("admin:campus_mapimport_add"),
    )
