"""What merchants sold through the platform, and the days by which they are paid for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ids import new_no


class Settlement(models.Model):
    """What a merchant is paid for one day: the sales that nobody can complain about any more since that day."""

    no = models.CharField(_("number"), max_length=16, unique=True, default=new_no)
    merchant = models.ForeignKey(
        "catalog.Merchant", models.PROTECT, related_name="settlements", verbose_name=_("merchant")
    )
    campus = models.ForeignKey("campus.Campus", models.PROTECT, related_name="+", verbose_name=_("campus"))
    day = models.DateField(_("day"))
    sales_count = models.PositiveIntegerField(_("sales"))
    goods_fen = models.BigIntegerField(_("goods"))
    commission_fen = models.BigIntegerField(_("commission"))
    charged_fen = models.BigIntegerField(_("borne for complaints"), default=0)
    # How it is being paid; another one takes its place when it was refused or failed.
    withdrawal = models.OneToOneField(
        "payments.Withdrawal", models.PROTECT, null=True, related_name="settlement", verbose_name=_("payout")
    )
    created_at = models.DateTimeField(_("made"), default=clock.now)

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "day"], name="settlement_once_a_day"),
            models.CheckConstraint(condition=Q(sales_count__gt=0), name="settlement_of_something"),
        ]
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")

    def __str__(self) -> str:
        return f"{self.merchant} {self.day}"

    @property
    def net_fen(self) -> int:
        return self.goods_fen - self.commission_fen - self.charged_fen

    @property
    def payable(self) -> bool:
        """Nobody has asked for its payment, or what was asked for came back."""
        return self.withdrawal is None or self.withdrawal.status in ("refused", "cancelled", "failed")

    @property
    def standing(self) -> str:
        """How far its payment has come, in words."""
        return str(_("not paid yet")) if self.payable else self.withdrawal.get_status_display()


class Sale(models.Model):
    """Goods handed over to a courier on the platform's account, by the version of the commission rule of that hour."""

    ref = models.CharField(_("order"), max_length=32, unique=True)
    merchant = models.ForeignKey(
        "catalog.Merchant", models.PROTECT, related_name="sales", verbose_name=_("merchant")
    )
    rule = models.ForeignKey(
        "catalog.CommissionRule",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("commission rule"),
    )
    goods_fen = models.BigIntegerField(_("goods"))
    commission_fen = models.BigIntegerField(_("commission"))
    # What the merchant bore of it by rulings; taken before it is settled, and never more than the sale brought.
    charged_fen = models.BigIntegerField(_("borne for complaints"), default=0)
    sold_at = models.DateTimeField(_("handed over"), default=clock.now)
    # When the complaint window of the order was over and no ticket held the money.
    released_at = models.DateTimeField(_("free since"), null=True)
    settlement = models.ForeignKey(
        Settlement, models.PROTECT, null=True, related_name="sales", verbose_name=_("settlement")
    )

    class Meta:
        ordering = ["sold_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(goods_fen__gt=0), name="sale_positive"),
            models.CheckConstraint(
                condition=Q(commission_fen__gte=0)
                & Q(charged_fen__gte=0)
                & Q(goods_fen__gte=models.F("commission_fen") + models.F("charged_fen")),
                name="sale_not_below_zero",
            ),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "released_at"],
                name="sale_unsettled",
                condition=Q(settlement__isnull=True),
            ),
        ]
        verbose_name = _("sale")
        verbose_name_plural = _("sales")

    def __str__(self) -> str:
        return self.ref

    @property
    def net_fen(self) -> int:
        return self.goods_fen - self.commission_fen - self.charged_fen
