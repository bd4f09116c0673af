"""What an operator's open pages listen to."""

from django.http import HttpRequest

from accounts.operator_scope import own_campuses


def groups(request: HttpRequest) -> list[str]:
    """The live groups of the operator's pages: all own campuses, so that no alert is missed."""
    return [f"console.{campus.pk}" for campus in own_campuses(request)]
