"""What may not be ordered is refused; what may be meant so, an operator looks at before any courier sees it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import Actor, User
from campus.models import Campus
from core import clock, outbox
from core.db import for_update
from core.errors import Invalid, WrongState
from orders.events import BidsWanted, OrderHeld, OrderReleased, ReviewApproved
from orders.lifecycle import lock_order, save_transition, stage_due
from orders.models import Order, ProhibitedRule, Review, Status
from orders.prohibited.matching import Verdict, judge
from orders.prohibited.rules import rules_of
from orders.services.cancelling import cancel_order

# An operator has so long; then the order is cancelled and everything that was paid goes back.
REVIEW_WITHIN = timedelta(minutes=15)


def check_words(campus: Campus, texts: Iterable[str]) -> Verdict[ProhibitedRule] | None:
    """What an operator has to look at in these texts, if anything. Raises Invalid, with the rule, for what is plainly
    prohibited."""
    verdict = judge(rules_of(campus), texts)
    if verdict and verdict.is_clear:
        raise Invalid(
            _("“%(word)s” cannot be ordered here: %(rule)s. No courier may do it.")
            % {"word": verdict.word, "rule": verdict.rule.name},
            code="prohibited",
        )
    return verdict


def refuse_words(campus: Campus, texts: Iterable[str]) -> None:
    """For words that are changed on the way, when nobody can look first: raises Invalid for all that might be prohibited."""
    if verdict := check_words(campus, texts):
        raise Invalid(
            _("Please leave “%(word)s” out: it might fall under “%(rule)s”.")
            % {"word": verdict.word, "rule": verdict.rule.name},
            code="prohibited",
        )


def ask_review(order: Order, verdict: Verdict[ProhibitedRule]) -> Review:
    """Have a new order looked at; its time begins when it is paid (`begin_review`)."""
    return Review.objects.create(order=order, rule=verdict.rule, word=verdict.word[:40])


def begin_review(order: Order, now: datetime) -> bool:
    """Hold a (locked) order that has just been paid, or put out to bids, if it is to be looked at. The caller saves it."""
    review = for_update(order.reviews.filter(status=Review.Status.ASKED)).first()
    if review is None:
        return False
    review.due_at = order.review_due_at = now + REVIEW_WITHIN
    review.save(update_fields=["due_at"])
    outbox.emit(OrderHeld(order=order.pk, review=review.pk))
    return True


def hold_for_review(order: Order, *, reporter: User, text: str) -> Review:
    """A courier has said that a (locked) order is prohibited: nobody sees it until an operator has decided."""
    now = clock.now()
    order.review_due_at, order.stage_due_at, order.give_up_at = now + REVIEW_WITHIN, None, None
    review = Review.objects.create(
        order=order, reported_by=reporter, text=text[:200], asked_at=now, due_at=order.review_due_at
    )
    save_transition(
        order, "hold_for_review", actor=reporter, role="courier", event=OrderHeld, data={"review": review.pk}
    )
    return review


def approve_review(*, review: Review, actor: User) -> Review:
    """It may be carried: couriers see it (again), and the time that it waited is not counted against anybody."""
    with lock_order(review.order_id) as order:
        review = for_update(Review.objects.filter(pk=review.pk)).get()
        if review.status == Review.Status.APPROVED:
            return review
        if not can_proceed(review.approve) or order.is_final:
            raise WrongState
        now = clock.now()
        review.approve(actor)
        review.save(update_fields=["status", "decided_by", "decided_at"])
        order.review_due_at = None
        if order.window_start is None:
            order.promised_at += now - review.asked_at
            order.late_from += now - review.asked_at  # what was asked for made the review needed
            if order.promise_due_at:
                order.promise_due_at = order.promised_at
        order.stage_due_at = stage_due(order, now)
        if order.status == Status.PLACED and order.release_at is None:
            order.begin_search()
        save_transition(order, "approve_review", actor=actor, role="operator", event=ReviewApproved)
        if order.wants_bids:
            outbox.emit(BidsWanted(order=order.pk))
        elif order.status == Status.PLACED and order.release_at is None:
            outbox.emit(OrderReleased(order=order.pk))
    return review


def refuse_review(*, review: Review, actor: Actor) -> Review:
    """It may not be carried, or nobody has decided in time (`actor` None): cancelled, and all that was paid goes back."""
    with lock_order(review.order_id) as order:
        review = for_update(Review.objects.filter(pk=review.pk)).get()
        if review.status == Review.Status.REFUSED:
            return review
        if not can_proceed(review.refuse):
            raise WrongState
        review.refuse(actor)
        review.save(update_fields=["status", "decided_by", "decided_at"])
        if not order.is_final:
            cancel_order(order=order, actor=actor, role="operator", reason="prohibited", free=True)
    return review


def refuse_overdue_reviews(now: datetime | None = None) -> int:
    """Refuse what nobody has decided in time. Returns how many."""
    now = now or clock.now()
    due = Review.objects.filter(status=Review.Status.ASKED, due_at__lte=now).order_by("due_at")
    reviews = list(due[:200])
    for review in reviews:
        refuse_review(review=review, actor=None)
    return len(reviews)
