"""The type library."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class ExceptionType(models.Model):
    """An entry of the type library. Operators edit these and add their own."""

    class Group(models.TextChoices):
        TIME = "time", _("time")
        COURIER = "courier", _("courier")
        GOODS = "goods", _("goods")
        CUSTOMER = "customer", _("customer")
        PLACE = "place", _("place")
        MONEY = "money", _("money")
        CONDUCT = "conduct", _("conduct")
        OTHER = "other", _("other")

    # Whose ruling may take something from the courier's pay for that order. Lateness never does.
    CHARGEABLE = (Group.COURIER, Group.GOODS, Group.CONDUCT, Group.OTHER)

    class Severity(models.IntegerChoices):
        SAFETY = 1, _("safety")
        LOSS = 2, _("money or goods lost")
        PROMISE = 3, _("promise broken")
        INCONVENIENCE = 4, _("inconvenience")

    class Detection(models.TextChoices):
        SCANNER = "scanner", _("by the scanner")
        EVENT = "event", _("by an event")
        PERSON = "person", _("reported by a person")

    class From(models.TextChoices):
        """How far an order must have come (or may have come) for people to report this of it."""

        PLACED = "placed", _("once ordered")
        ACCEPTED = "accepted", _("once a courier accepted")
        PICKED_UP = "picked_up", _("once picked up")
        DELIVERED = "delivered", _("once delivered")

    code = models.SlugField(_("code"), max_length=32, primary_key=True)
    name_zh = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    group = models.CharField(_("group"), max_length=10, choices=Group.choices)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    detection = models.CharField(_("how found"), max_length=8, choices=Detection.choices)
    customer_may_report = models.BooleanField(_("customers may report it"), default=False)
    courier_may_report = models.BooleanField(_("couriers may report it"), default=False)
    report_from = models.CharField(
        _("may be reported from"), max_length=12, choices=From.choices, default=From.PLACED
    )
    report_until = models.CharField(
        _("may be reported until"), max_length=12, choices=From.choices, default=From.DELIVERED
    )
    photo_required = models.BooleanField(_("a photo is required"), default=False)
    # Whoever reported a ticket always sees it; these say who else does.
    tell_customer = models.BooleanField(_("the customer is told"), default=True)
    tell_courier = models.BooleanField(_("the courier is told"), default=True)
    nobodys_fault = models.BooleanField(_("presumed nobody's fault"), default=False)
    respond_minutes = models.PositiveSmallIntegerField(_("first answer within (min)"), default=5)
    resolve_minutes = models.PositiveSmallIntegerField(_("resolved within (min)"), default=30)
    # The step offered first on the ticket's page: a name of exceptions.actions.
    suggested_step = models.CharField(_("suggested step"), max_length=24, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("exception type")
        verbose_name_plural = _("exception types")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en
