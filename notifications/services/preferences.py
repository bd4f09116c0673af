"""What people choose about being told, and where they let themselves be reached."""

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.hours import WeeklyHours
from notifications.channels.push import is_push_service
from notifications.models import Preference, PushSubscription

DEVICES = 10  # browsers a person; the oldest makes room
_SALT = "notifications.email"
_EMAIL_SECONDS = 24 * 3600


@transaction.atomic
def choose(*, user, channels: dict[str, list[str]], quiet: bool, quiet_hours: WeeklyHours) -> Preference:
    """`channels`: {topic: [channels]}, replacing what was chosen before."""
    fields = {"channels": channels, "quiet": quiet, "quiet_hours": quiet_hours}
    return Preference.objects.update_or_create(user=user, defaults=fields)[0]


@transaction.atomic
def subscribe(*, user, endpoint: str, p256dh: str, auth: str, device: str = "") -> PushSubscription:
    """This browser shows notifications from now on. A browser that somebody else used is theirs no more."""
    if (
        not is_push_service(endpoint)
        or len(endpoint) > 500
        or not (0 < len(p256dh) <= 120)
        or not (0 < len(auth) <= 40)
    ):
        raise Invalid(_("This browser's notifications cannot be used."))
    fields = {"user": user, "p256dh": p256dh, "auth": auth, "device": device[:60]}
    made, _new = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=fields)
    kept = PushSubscription.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:DEVICES]
    PushSubscription.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
    return made


@transaction.atomic
def unsubscribe(*, user, pk: int | None = None, endpoint: str = "") -> None:
    """One of the person's browsers, by its row or its address, shows none any more."""
    own = PushSubscription.objects.filter(user=user)
    (own.filter(pk=pk) if pk else own.filter(endpoint=endpoint)).delete()


def email_token(*, user, email: str) -> str:
    """What a mail to that address carries to show that the person reads it."""
    return signing.dumps({"u": user.pk, "e": email}, salt=_SALT)


@transaction.atomic
def confirm_email(*, user, token: str) -> Preference:
    """The person has opened the mail (or, with an empty token, wants none any more)."""
    email = ""
    if token:
        try:
            said = signing.loads(token, salt=_SALT, max_age=_EMAIL_SECONDS)
        except signing.BadSignature as error:
            raise Invalid(_("This link is too old. Ask for a new one.")) from error
        if said["u"] != user.pk:
            raise Invalid(_("This link belongs to somebody else's account."))
        email = said["e"]
    return Preference.objects.update_or_create(user=user, defaults={"email": email})[0]


@transaction.atomic
def know_wechat(*, user, openid: str) -> None:
    """WeChat has told under which name our account there knows the person."""
    Preference.objects.update_or_create(user=user, defaults={"wechat": openid[:64]})
