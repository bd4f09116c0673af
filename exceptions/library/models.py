"""What can go wrong, and what it is worth."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.versioning import VersionedRule, version_constraints


class Party(models.TextChoices):
    """The two people whom a ticket is about."""

    CUSTOMER = "customer", _("customer")
    COURIER = "courier", _("courier")


class DelayCause(models.TextChoices):
    """Why a promise is moved, as the customer is told."""

    SHOP = "shop", _("the shop is slow")
    PEAK = "peak", _("it is very busy just now")
    WEATHER = "weather", _("the weather")
    ENTRY = "entry", _("the building could not be entered")
    COURIER = "courier", _("another courier takes over")
    BREAKDOWN = "breakdown", _("the vehicle broke down")
    OTHER = "other", _("something unforeseen")
    CUSTOMER = "customer", _("at your own wish")

    @property
    def is_excused(self) -> bool:
        """What nobody can help, or the customer wished: lateness does not count these minutes."""
        return self in (DelayCause.WEATHER, DelayCause.ENTRY, DelayCause.CUSTOMER)


class ExceptionType(models.Model):
    """An entry of the type library. Operators edit these and add their own: all that a type can do stands in its row.

    Texts are kept in both languages (`…_zh`, `…_en`). A headline may name {type}, {time} (the promised one) and {what}
    (the order in short); without one of its own, a ticket of the type gets a general one.
    """

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

    class Event(models.TextChoices):
        """What may happen to an order, so that a ticket about it has become obsolete."""

        ACCEPTED = "accepted", _("a courier has taken it")
        UNASSIGNED = "unassigned", _("the courier has lost it")
        PICKED_UP = "picked_up", _("the goods are picked up")
        AT_RELAY = "at_relay", _("it has come to the relay")
        FOUND = "found", _("what was missing is found")
        DELIVERED = "delivered", _("it is delivered")
        CONFIRMED = "confirmed", _("the customer has confirmed the receipt")
        ENDED = "ended", _("it has ended without a delivery")

    HEADLINE_FACTS = ("type", "time", "what")

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
    kinds = models.JSONField(_("only for these kinds of order"), default=list, blank=True)  # empty: for all
    photo_required = models.BooleanField(_("a photo is required"), default=False)
    description_required = models.BooleanField(_("a description is required"), default=False)
    # Whoever reported a ticket always sees it; these say who else does.
    tell_customer = models.BooleanField(_("the customer is told"), default=True)
    tell_courier = models.BooleanField(_("the courier is told"), default=True)
    opening_notice = models.BooleanField(_("the customer gets a notice when it opens"), default=True)
    customer_title_zh = models.CharField(_("title for the customer, Chinese"), max_length=80, blank=True)
    customer_title_en = models.CharField(_("title for the customer, English"), max_length=80, blank=True)
    customer_text_zh = models.CharField(_("text for the customer, Chinese"), max_length=160, blank=True)
    customer_text_en = models.CharField(_("text for the customer, English"), max_length=160, blank=True)
    courier_title_zh = models.CharField(_("title for the courier, Chinese"), max_length=80, blank=True)
    courier_title_en = models.CharField(_("title for the courier, English"), max_length=80, blank=True)
    courier_text_zh = models.CharField(_("text for the courier, Chinese"), max_length=160, blank=True)
    courier_text_en = models.CharField(_("text for the courier, English"), max_length=160, blank=True)
    # Whom an operator asks first, and what. Without a question of its own the courier is asked what holds them up.
    question_to = models.CharField(
        _("who is asked first"), max_length=8, choices=Party.choices, default=Party.COURIER
    )
    question_zh = models.CharField(_("question, Chinese"), max_length=200, blank=True)
    question_en = models.CharField(_("question, English"), max_length=200, blank=True)
    likely_cause = models.CharField(
        _("likely cause of a delay"), max_length=10, choices=DelayCause.choices, default=DelayCause.PEAK
    )
    likely_delay_minutes = models.PositiveSmallIntegerField(
        _("likely delay (min)"), default=15, validators=[MinValueValidator(5), MaxValueValidator(180)]
    )
    obsolete_on = models.JSONField(_("settles itself when"), default=list, blank=True)  # values of Event
    no_fault = models.BooleanField(_("presumed nobody's fault"), default=False)
    respond_minutes = models.PositiveSmallIntegerField(_("first answer within (min)"), default=5)
    resolve_minutes = models.PositiveSmallIntegerField(_("resolved within (min)"), default=30)
    # The action offered first on the ticket's page: a name of exceptions.actions.
    suggested_action = models.CharField(_("suggested step"), max_length=24, blank=True)
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
        return self._text("name")

    @property
    def question(self) -> str:
        return self._text("question")

    def headline(self, party: Party) -> tuple[str, str]:
        """The type's own title and text for a party, both empty where it has none."""
        return self._text(f"{party}_title"), self._text(f"{party}_text")

    def _text(self, field: str) -> str:
        """In the active language; in the other one where an operator has written only that."""
        own, other = ("zh", "en") if (get_language() or "").startswith("zh") else ("en", "zh")
        return getattr(self, f"{field}_{own}") or getattr(self, f"{field}_{other}")


class CompensationRule(VersionedRule):
    """What a type of exception is worth, by formula. A change makes a new version; rulings keep theirs."""

    VERSIONS_OF = ("campus", "type")

    class Formula(models.TextChoices):
        TIER_BY_MINUTES_LATE = "tier_by_minutes_late", _("tiers by minutes late")
        SHARE_OF_GOODS_VALUE = "share_of_goods_value", _("share of the goods' value")
        DELIVERY_FEE = "delivery_fee", _("the delivery fee")
        FIXED = "fixed", _("a fixed amount")

    class BorneBy(models.TextChoices):
        PLATFORM = "platform", _("platform")
        COURIER = "courier", _("courier (up to the pay of this order)")
        MERCHANT = "merchant", _("merchant (up to what this sale brought)")
        INSURANCE = "insurance", _("insurance")

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="compensation_rules", verbose_name=_("campus")
    )
    type = models.ForeignKey(
        ExceptionType, models.CASCADE, related_name="compensation_rules", verbose_name=_("type")
    )
    formula = models.CharField(_("formula"), max_length=24, choices=Formula.choices)
    # tier_by_minutes_late: [[minutes, fen], …] · share_of_goods_value: {"grades": {"light": 30, …}} · fixed: {"fen": n}
    params = models.JSONField(_("figures"), default=dict, blank=True)
    cap_fen = models.PositiveIntegerField(_("at most"), default=10000)
    borne_by = models.CharField(
        _("borne by"), max_length=10, choices=BorneBy.choices, default=BorneBy.PLATFORM
    )

    class Meta:
        ordering = ["campus", "type", "-version"]
        constraints = version_constraints("compensation_rule", "campus", "type")
        verbose_name = _("compensation rule")
        verbose_name_plural = _("compensation rules")

    def __str__(self) -> str:
        return f"{self.type.name} v{self.version}"
