from django.db.models import QuerySet

from telephony.models import CallAttempt


def calls_about(order_no: str) -> QuerySet[CallAttempt]:
    """Everybody's calls about an order, also those about its tickets, with the people; the latest first."""
    return CallAttempt.objects.filter(order_no=order_no).select_related("caller", "callee")
