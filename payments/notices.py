"""What money says to people by itself: only what arrives later, when nobody is looking at it any more."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.language import in_language_of
from accounts.models import StaffRole, User
from core import clock, links
from core.money import yuan
from notifications import kinds
from notifications.kinds import Topic
from notifications.services import notify
from payments.models import (
    Complaint,
    ComplaintReply,
    ManualRefund,
    Payment,
    Reconciliation,
    Refund,
    Transfer,
    Withdrawal,
)

for kind in ("topup", "refund", "withdrawal", "clawback"):
    kinds.add(kind, Topic.MONEY, waits=True, useful=timedelta(days=2))
kinds.add("reconciliation", Topic.PLATFORM, waits=True, useful=timedelta(days=2))
kinds.add("complaint", Topic.PLATFORM, useful=timedelta(days=2))


def topped_up(payment: Payment) -> None:
    with in_language_of(payment.user):
        notify(
            user=payment.user,
            kind="topup",
            level="good",
            title=_("%(amount)s is in your wallet") % {"amount": yuan(payment.amount)},
            link=reverse("payments:wallet"),
            key=f"topup:{payment.no}",
        )


def refund_arrived(refund: Refund) -> None:
    payment = refund.payment
    with in_language_of(payment.user):
        notify(
            user=payment.user,
            kind="refund",
            level="good",
            title=_("Your refund of %(amount)s has arrived") % {"amount": yuan(refund.amount)},
            body=_way_back(refund),
            link="" if payment.purpose == Payment.Purpose.TOPUP else links.url("order", payment.ref),
            about="" if payment.purpose == Payment.Purpose.TOPUP else payment.ref,
            key=f"refund:{refund.no}",
        )


def _way_back(refund: Refund) -> str:
    by_hand = refund.manual.filter(status=ManualRefund.Status.CONFIRMED).first()
    if by_hand is None:
        return _("It went back the way you paid: %(gateway)s.") % {
            "gateway": refund.payment.get_gateway_display()
        }
    if by_hand.way == ManualRefund.Way.WALLET:
        return _("%(gateway)s could not take it: it is in your wallet.") % {
            "gateway": refund.payment.get_gateway_display()
        }
    return _("%(gateway)s could not take it: we have paid it to you ourselves, number %(number)s.") % {
        "gateway": refund.payment.get_gateway_display(),
        "number": by_hand.reference,
    }


def manual_refund_proposed(proposal: ManualRefund) -> None:
    """To everyone who may confirm it: who keeps the books there, but not the one who proposed it."""
    campus = proposal.refund.payment.campus_id
    for user in _bookkeepers(campus).exclude(
        pk__in=[proposal.proposed_by_id, proposal.refund.payment.user_id]
    ):
        with in_language_of(user):
            notify(
                user=user,
                kind="reconciliation",
                level="needs",
                title=_("A refund by hand of %(amount)s waits for a second person")
                % {"amount": yuan(proposal.refund.amount)},
                body=_("%(name)s: %(reason)s")
                % {"name": proposal.proposed_by.display_name, "reason": proposal.reason},
                link=reverse("admin:payments_refund_change", args=[proposal.refund_id]),
                key=f"manual-refund:{proposal.pk}",
            )


WITHDRAWN = {
    Withdrawal.Status.PAID: gettext_lazy("%(amount)s has been paid to your account"),
    Withdrawal.Status.REFUSED: gettext_lazy("Your withdrawal of %(amount)s was refused"),
    Withdrawal.Status.FAILED: gettext_lazy("Your withdrawal of %(amount)s could not be paid"),
}


def withdrawal_waits(one: Withdrawal) -> None:
    """WeChat gives the money to nobody who does not take it: within a day, or it comes back here."""
    with in_language_of(one.user):
        notify(
            user=one.user,
            kind="withdrawal",
            level="needs",
            title=_("%(amount)s waits for you in WeChat") % {"amount": yuan(one.amount)},
            body=_("Take it within 24 hours, or it comes back to where it was."),
            link=reverse("payments:collect", args=[one.no]),
            key=f"withdrawal-waits:{one.no}",
        )


def withdrawal_ended(one: Withdrawal) -> None:
    paid = one.status == Withdrawal.Status.PAID
    with in_language_of(one.user):
        to = f"{one.get_channel_display()} {one.masked_account}"
        back = _("%(reason)s The money is back where it came from.") % {"reason": one.reason}
        notify(
            user=one.user,
            kind="withdrawal",
            level="good" if paid else "warn",
            title=str(WITHDRAWN[Withdrawal.Status(one.status)]) % {"amount": yuan(one.amount)},
            body=to if paid else back,
            link=reverse("payments:settlements")
            if one.source == one.Source.MERCHANT
            else reverse("payments:withdraw", args=[one.source]),
            key=f"withdrawal:{one.no}",
        )


def differences_found(run: Reconciliation, count: int) -> None:
    """To everyone who keeps books."""
    for user in _bookkeepers():
        with in_language_of(user):
            notify(
                user=user,
                kind="reconciliation",
                level="warn",
                title=ngettext("The books: %(n)s new difference", "The books: %(n)s new differences", count)
                % {"n": count},
                body=str(run),
                link=reverse("admin:payments_reconciliation_change", args=[run.pk]),
                key=f"reconciliation:{run.pk}",
            )


def complaint_of_no_order(one: Complaint) -> None:
    """To everyone who keeps books: nobody else learns of it."""
    for user in _bookkeepers(one.payment.campus_id if one.payment else None):
        with in_language_of(user):
            notify(
                user=user,
                kind="complaint",
                level="warn",
                title=_("A complaint at %(gateway)s belongs to no order")
                % {"gateway": one.get_gateway_display()},
                body=_("Answer it on their page by %(time)s: %(words)s")
                % {"time": clock.day_time(one.due_at), "words": one.words},
                link=reverse("admin:payments_complaint_change", args=[one.pk]),
                key=f"complaint:{one.pk}:{one.status}",
            )


def complaint_reply_failed(one: ComplaintReply) -> None:
    """To everyone who keeps books there."""
    complaint = one.complaint
    for user in _bookkeepers(complaint.payment.campus_id if complaint.payment else None):
        with in_language_of(user):
            notify(
                user=user,
                kind="complaint",
                level="warn",
                title=_("%(gateway)s does not take our answer to a complaint")
                % {"gateway": complaint.get_gateway_display()},
                body=one.error,
                link=reverse("admin:payments_complaint_change", args=[complaint.pk]),
                key=f"complaint-reply:{one.pk}",
            )


def _bookkeepers(campus: int | None = None) -> QuerySet[User]:
    """Who keeps books: of that campus, or of any."""
    roles = Q(staff_roles__role__in=[StaffRole.Role.FINANCE, StaffRole.Role.SUPERVISOR])
    if campus is not None:
        roles &= Q(staff_roles__campus=campus)
    return User.objects.filter(roles | Q(is_superuser=True), is_staff=True, is_active=True).distinct()


def pay_taken_back(made: Transfer, user_pk: int, fen: int) -> None:
    user = User.objects.get(pk=user_pk)
    with in_language_of(user):
        notify(
            user=user,
            kind="clawback",
            level="warn",
            title=_("%(amount)s of your pay for order %(ref)s was taken back")
            % {"amount": yuan(fen), "ref": made.ref},
            body=made.note,
            link=reverse("payments:statement"),
            key=f"clawback:{made.pk}",
        )
