from django.db.models import Q

from accounts.personal import exports
from messaging.models import CallAttempt, Notice, Preference, PushSubscription


@exports("notices")
def notices_of(user) -> list[dict]:
    return [
        {
            "at": notice.created_at.isoformat(),
            "title": notice.title,
            "body": notice.body,
            "read_at": notice.read_at.isoformat() if notice.read_at else None,
        }
        for notice in Notice.objects.filter(user=user)
    ]


@exports("calls")
def calls_of(user) -> list[dict]:
    """Calls made and got; of the other end only its part, never its number."""
    return [
        {
            "at": call.at.isoformat(),
            "order": call.order_no,
            "made": call.caller_id == user.pk,
            "with": call.callee_role if call.caller_id == user.pk else call.caller_role,
            "result": call.result,
            "seconds": call.seconds,
        }
        for call in CallAttempt.objects.filter(Q(caller=user) | Q(callee=user))
    ]


@exports("notice_choices")
def choices_of(user) -> dict:
    own = Preference.objects.filter(user=user).first() or Preference(user=user)
    return {
        "channels": own.channels,
        "quiet": [own.quiet_from.isoformat(), own.quiet_until.isoformat()] if own.quiet else None,
        "email": own.email,
        "wechat": bool(own.wechat),
        "browsers": [
            {"device": browser.device, "since": browser.created_at.isoformat()}
            for browser in PushSubscription.objects.filter(user=user)
        ],
    }
