"""Who sells, and what the platform keeps of it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campus.models import Named
from core import clock
from core.crypto import EncryptedTextField
from core.versioning import VersionedRule, version_constraints


class Merchant(Named):
    """A canteen stall or a shop that is paid through the platform."""

    class Kind(models.TextChoices):
        STALL = "stall", _("canteen stall")
        RESTAURANT = "restaurant", _("restaurant")
        STORE = "store", _("convenience store")
        SHOP = "shop", _("shop")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")

    class Channel(models.TextChoices):
        WECHATPAY = "wechatpay", _("WeChat")
        ALIPAY = "alipay", _("Alipay")
        BANK = "bank", _("bank card")

    campus = models.ForeignKey(
        "campus.Campus", models.PROTECT, related_name="merchants", verbose_name=_("campus")
    )
    place = models.ForeignKey(
        "campus.Place", models.PROTECT, related_name="merchants", verbose_name=_("place")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="merchants", blank=True, verbose_name=_("owners")
    )
    errands_on_account = models.BooleanField(
        _("errands on account"),
        default=False,
        help_text=_("Couriers who buy here pay nothing: the platform pays the shop."),
    )
    payee_channel = models.CharField(
        _("paid to"), max_length=12, choices=Channel.choices, default=Channel.BANK
    )
    payee_holder = EncryptedTextField(_("account holder"), max_length=40, blank=True)
    payee_account = EncryptedTextField(_("account number"), max_length=64, blank=True)
    payee_bank = models.CharField(_("bank"), max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["campus", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["active", "suspended"]), name="merchant_status"),
            # Whose bill would it be, were there two?
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(errands_on_account=True, status="active"),
                name="one_account_per_place",
            ),
        ]
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")


class CommissionRule(VersionedRule):
    """What of the goods' price the platform keeps: on a campus, for one kind of merchants there, or for one merchant.
    The narrowest rule counts. A change makes a new version; each sale keeps the one that it was booked by."""

    VERSIONS_OF = ("campus", "kind", "merchant")

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="commission_rules", verbose_name=_("campus")
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=Merchant.Kind.choices,
        blank=True,
        help_text=_("Empty: every kind"),
    )
    merchant = models.ForeignKey(
        Merchant, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("merchant")
    )
    percent = models.PositiveSmallIntegerField(
        _("commission (% of the goods)"), validators=[MaxValueValidator(50)]
    )

    class Meta:
        ordering = ["campus", "kind", "merchant", "-version"]
        constraints = [
            *version_constraints("commission_rule"),
            models.UniqueConstraint(
                fields=["campus", "kind"],
                condition=Q(status="live", merchant__isnull=True),
                name="one_live_commission_rule",
            ),
            models.UniqueConstraint(
                fields=["merchant"], condition=Q(status="live"), name="one_live_rule_of_merchant"
            ),
            models.CheckConstraint(condition=Q(percent__lte=50), name="commission_at_most_half"),
            models.CheckConstraint(
                condition=Q(kind="") | Q(merchant__isnull=True), name="commission_for_one_thing"
            ),
        ]
        verbose_name = _("commission rule")
        verbose_name_plural = _("commission rules")

    def __str__(self) -> str:
        whose = self.merchant or (self.get_kind_display() if self.kind else self.campus)
        return f"{whose} {self.percent} % v{self.version}"

    def clean(self) -> None:
        if self.kind and self.merchant_id:
            raise ValidationError({"merchant": _("Of one kind or of one merchant, not both.")})
