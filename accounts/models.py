"""People: one user model for students, couriers and operators; roles say what each may do."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

# Mainland mobile numbers: 11 digits from 13… to 19….
phone_validator = RegexValidator(r"^1[3-9]\d{9}$", _("Enter an 11-digit mobile number."))


def mask_phone(phone: str | None) -> str:
    """13812342046 → 138****2046. The only form in which a number appears outside a live need."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


class Gender(models.TextChoices):
    UNKNOWN = "unknown", _("not said")
    MALE = "male", _("male")
    FEMALE = "female", _("female")


class PeopleManager(UserManager):
    use_in_migrations = False

    def create_superuser(self, *args, **fields):
        """The number of a superuser counts as proved: whoever has the command line is trusted with it."""
        return super().create_superuser(*args, **{"phone_verified": True, **fields})


class User(AbstractUser):
    """A person. `username` is internal; people log in by phone and code, or phone and password."""

    first_name = None
    last_name = None
    name = models.CharField(_("person's name"), max_length=40, blank=True)
    phone = models.CharField(
        _("phone"), max_length=11, unique=True, null=True, blank=True, validators=[phone_validator]
    )
    phone_verified = models.BooleanField(_("phone verified"), default=False)
    gender = models.CharField(_("gender"), max_length=8, choices=Gender.choices, default=Gender.UNKNOWN)
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    campus = models.ForeignKey(
        "campus.Campus",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("campus"),
    )
    is_active = models.BooleanField(
        _("may log in"), default=True, help_text=_("Off: barred, on every device at once.")
    )
    # Moved by the simulation, never by a person; kept out of real figures and messages.
    is_virtual = models.BooleanField(_("virtual"), default=False)
    # Asked for their data to be erased: the row stays for the books, nothing in it tells who it was.
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    objects = PeopleManager()

    REQUIRED_FIELDS = ["phone"]  # what `createsuperuser` asks besides the username: staff log in by phone too

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or mask_phone(self.phone) or self.username

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class Consent(models.Model):
    """What a person agreed to, in which version and when. Kept as proof, also after an erasure."""

    class Document(models.TextChoices):
        TERMS = "terms", _("terms of use")
        PRIVACY = "privacy", _("privacy notice")

    user = models.ForeignKey(User, models.CASCADE, related_name="consents", verbose_name=_("person"))
    document = models.CharField(_("document"), max_length=8, choices=Document.choices)
    version = models.CharField(_("version"), max_length=16)
    given_at = models.DateTimeField(_("given"), default=clock.now)

    class Meta:
        ordering = ["-given_at", "document"]
        constraints = [
            models.UniqueConstraint(fields=["user", "document", "version"], name="consent_once"),
        ]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self) -> str:
        return f"{self.get_document_display()} {self.version}"


class StaffRole(models.Model):
    """What an operator may do on one campus. A superuser may do everything everywhere."""

    class Role(models.TextChoices):
        SUPPORT = "support", _("support agent")
        DISPATCHER = "dispatcher", _("dispatcher")
        FINANCE = "finance", _("finance")
        SUPERVISOR = "supervisor", _("supervisor")

    user = models.ForeignKey(User, models.CASCADE, related_name="staff_roles", verbose_name=_("person"))
    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="staff_roles", verbose_name=_("campus")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "campus", "role"], name="staff_role_once")]
        verbose_name = _("staff role")
        verbose_name_plural = _("staff roles")

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Address(models.Model):
    """A place with the details that lead to the door. Room and contact are private to the order's people."""

    user = models.ForeignKey(User, models.CASCADE, related_name="addresses")
    place = models.ForeignKey("campus.Place", models.PROTECT, related_name="+", verbose_name=_("building"))
    detail = models.CharField(_("floor and room"), max_length=60, blank=True)
    contact_name = models.CharField(_("contact"), max_length=40, blank=True)
    contact_phone = models.CharField(
        _("contact phone"), max_length=11, blank=True, validators=[phone_validator]
    )
    is_default = models.BooleanField(_("default"), default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-is_default", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="one_default_address"
            )
        ]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return f"{self.place} {self.detail}".strip()

    @property
    def masked_contact_phone(self) -> str:
        return mask_phone(self.contact_phone)
