from core.outbox import on
from messaging.models import Notice, Preference, PushSubscription


@on("accounts.erased")
def erase_notices(payload: dict) -> None:
    """The one case in which notices go: the person asked for everything to go."""
    for model in (Notice, Preference, PushSubscription):
        model.objects.filter(user=payload["user"]).delete()
