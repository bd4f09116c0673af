"""Buttons that ask the state machine: shown where it allows the step, and pressed through a service."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed
from django_htmx.http import HttpResponseClientRedirect

from core.admin import DISPATCHER, SUPERVISOR, has_role
from core.errors import DomainError

TRANSITION_ROLES = (SUPERVISOR, DISPATCHER)


class TransitionActions:
    """Put before an admin class: `has_<transition>_permission` for each of its actions, and `run_transition` to do it."""

    transition_roles = TRANSITION_ROLES

    def __getattr__(self, name: str):
        if name.startswith("has_") and name.endswith("_permission"):
            transition = name.removeprefix("has_").removesuffix("_permission")
            if hasattr(self.model, transition):
                return lambda request, object_id=None: self._may_run(request, object_id, transition)
        raise AttributeError(name)

    def _may_run(self, request: HttpRequest, object_id, transition: str) -> bool:
        """The button is there when the state machine allows it and the operator works on this campus."""
        row = self.get_object(request, object_id)  # None for what is no number at all
        return (
            row is not None
            and has_role(request, self.transition_roles, self.campus_of(row))
            and can_proceed(getattr(row, transition))
        )

    def run_transition(self, request: HttpRequest, object_id, service: Callable):
        """Call `service(row)` for a row that the operator may see; back to its page with what came of it."""
        if (row := self.get_object(request, object_id)) is None:
            raise Http404
        try:
            service(row)
            messages.success(request, _("Done."))
        except DomainError as error:
            messages.error(request, str(error))
        label = self.model._meta
        return HttpResponseClientRedirect(
            reverse(f"admin:{label.app_label}_{label.model_name}_change", args=[object_id])
        )
