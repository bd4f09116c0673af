"""What a courier would do an errand for, when its customer asked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from core import clock
from core.fsm import StatusField
from couriers.models.couriers import Courier


class Bid(models.Model):
    """One courier's price for one order; a new price replaces the old one."""

    class Status(models.TextChoices):
        OPEN = "open", _("standing")
        CHOSEN = "chosen", _("chosen")
        WITHDRAWN = "withdrawn", _("withdrawn")

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="bids", verbose_name=_("order"))
    courier = models.ForeignKey(Courier, models.PROTECT, related_name="bids", verbose_name=_("courier"))
    status = StatusField(_("status"), max_length=12, choices=Status.choices, default=Status.OPEN)
    fee_fen = models.PositiveIntegerField(_("price (fen)"))
    minutes = models.PositiveSmallIntegerField(_("minutes until it is done"))
    words = models.CharField(_("words"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("made"), default=clock.now)

    class Meta:
        ordering = ["fee_fen", "minutes", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "chosen", "withdrawn"]), name="bid_status"
            ),
            models.UniqueConstraint(fields=["order", "courier"], name="one_bid_of_a_courier"),
            models.UniqueConstraint(fields=["order"], condition=Q(status="chosen"), name="one_chosen_bid"),
        ]
        verbose_name = _("bid")
        verbose_name_plural = _("bids")

    def __str__(self) -> str:
        return f"{self.order_id}: {self.fee_fen}"

    @transition(
        status,
        source=[Status.OPEN],
        target=Status.CHOSEN,
        custom={"label": _("Choose"), "roles": ["customer"]},
    )
    def choose(self) -> None:
        """The customer takes this price; it counts when it is paid."""

    @transition(
        status,
        source=[Status.CHOSEN],
        target=Status.OPEN,
        custom={"label": _("Not chosen any more"), "roles": ["customer"]},
    )
    def unchoose(self) -> None:
        """The customer has taken another one before paying."""

    @transition(
        status,
        source=[Status.OPEN, Status.CHOSEN],
        target=Status.WITHDRAWN,
        custom={"label": _("Take it back"), "roles": ["courier"]},
    )
    def withdraw(self) -> None:
        """The courier does not want it any more."""

    @transition(
        status,
        source=[Status.OPEN, Status.WITHDRAWN],
        target=Status.OPEN,
        custom={"label": _("Name a price"), "roles": ["courier"]},
    )
    def renew(self, *, fee_fen: int, minutes: int, words: str) -> None:
        self.fee_fen, self.minutes, self.words, self.created_at = fee_fen, minutes, words, clock.now()
