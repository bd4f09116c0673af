"""What detection puts on the courier's page of a job."""

from django.template.loader import render_to_string

from core.panels import panel
from exceptions.detection import watching


@panel("delivery.job", order=5)
def all_well(request, leg) -> str:
    """The question whether all is well, while it is asked of this job."""
    if not watching.is_asked(leg):
        return ""
    return render_to_string("exceptions/_all_well.html", {"leg": leg}, request)
