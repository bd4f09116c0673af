"""Who calls whom, in the table of personal data and in a person's export."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.personal import exports, named
from core.personal_data import Erasure, Keeps, Reader, erases, not_personal, personal
from telephony import retention
from telephony.models import CallAttempt

OWN, STAFF = Reader.PERSON, Reader.OPERATORS
PHONES = Keeps(period="phones", sweep=retention.redact_calls)
CALLS = _("proof of calls about an order")

personal(
    "telephony.NumberBinding", "number a_phone b_phone ref error", keeps=PHONES,
    purpose=_("to connect a call without showing a number"), readers=(Reader.SUPERVISORS,), erasure=Erasure.MASK,
)  # fmt: skip
personal(
    "telephony.NumberBinding", "a_user b_user",
    keeps=Keeps(period="transactions", since="created_at", only=Q(calls__isnull=True, released_at__isnull=False),
                then=Erasure.DELETE),
    purpose=CALLS, law=CALLS, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "telephony.CallAttempt", "callee_phone", keeps=PHONES,
    purpose=_("to connect a call without showing a number"), readers=(Reader.SUPERVISORS,), erasure=Erasure.MASK,
)  # fmt: skip
personal(
    "telephony.CallAttempt", "caller callee provider_call", exported="calls",
    keeps=Keeps(period="transactions", since="at", then=Erasure.DELETE),
    purpose=CALLS, law=CALLS, readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
not_personal(
    "telephony.NumberBinding.provider", "telephony.NumberBinding.order_no", "telephony.NumberBinding.leg_no",
    "telephony.NumberBinding.ticket_no", "telephony.CallAttempt.order_no", "telephony.CallAttempt.leg_no",
    "telephony.CallAttempt.ticket_no", "telephony.CallAttempt.provider",
)  # fmt: skip


@erases
def mask_calls(user) -> None:
    retention.forget_caller(user.pk)


@exports("calls")
def calls_of(user) -> list[dict]:
    """Calls made and got; of the other end only its part, never its number."""
    return [
        {
            "at": call.at.isoformat(),
            "order": call.order_no,
            "made": call.caller_id == user.pk,
            "with": call.callee_role if call.caller_id == user.pk else call.caller_role,
            "result": named(call, "result"),
            "seconds": call.seconds,
        }
        for call in CallAttempt.objects.filter(Q(caller=user) | Q(callee=user))
    ]
