"""A call in a sentence."""

from django.utils.translation import gettext as _

from telephony.models import CallAttempt, CallRole

Result = CallAttempt.Result


def sentence(call: CallAttempt) -> str:
    """Whom, and how it went, in the active language: "Called the courier · answered, 1:12"."""
    said = {
        CallRole.CUSTOMER: _("Called the customer"),
        CallRole.RECEIVER: _("Called the receiver"),
        CallRole.COURIER: _("Called the courier"),
        CallRole.OPERATOR: _("Called customer service"),
    }[call.callee_role]
    if call.result == Result.ASKED:
        return said  # nobody tells how it went
    result = call.get_result_display()
    if call.seconds:
        minutes, seconds = divmod(call.seconds, 60)
        result = _("%(result)s, %(time)s") % {"result": result, "time": f"{minutes}:{seconds:02d}"}
    return f"{said} · {result}"
