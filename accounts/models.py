"""People: one user model for students, couriers and operators; roles say what each may do."""

from typing import TypeAlias

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from core import clock
from core.crypto import EncryptedTextField
from core.fsm import StatusField
from core.names import NameField
from core.personal_data import period
from core.phones import PhoneField, mask_phone


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
    name = NameField(_("person's name"), max_length=40, blank=True)
    phone = PhoneField(_("phone"), unique=True, null=True, blank=True)
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
    # Goes up whenever sessions are ended: what was signed for an older epoch is good for nothing (accounts.sessions).
    epoch = models.PositiveIntegerField(default=0, editable=False)

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


Actor: TypeAlias = User | None  # who did something; None: the platform


class RecentCode(models.Model):
    """The last code that was sent to a number, for who asks again before another may be sent (`accounts.limits`)."""

    name = models.CharField(max_length=60, primary_key=True)  # of the number, unreadable
    code = EncryptedTextField()
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("recent code")
        verbose_name_plural = _("recent codes")

    def __str__(self) -> str:
        return self.name


class NumberClaim(models.Model):
    """Somebody who has the number of a long unused account, and no password, says that it is theirs."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waits for a supervisor")
        APPROVED = "approved", _("is the owner")
        REFUSED = "refused", _("is not the owner")

    user = models.ForeignKey(
        User, models.CASCADE, related_name="number_claims", verbose_name=_("whose account")
    )
    words = models.CharField(_("what they know"), max_length=300)
    status = StatusField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING)
    created_at = models.DateTimeField(_("asked"), default=clock.now)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "approved", "refused"]), name="number_claim_status"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(status="waiting"), name="one_waiting_number_claim"
            ),
        ]
        verbose_name = _("claim to a long unused account")
        verbose_name_plural = _("claims to long unused accounts")

    def __str__(self) -> str:
        return f"{self.user} · {self.get_status_display()}"

    @transition(status, source=[Status.WAITING], target=Status.APPROVED, custom={"roles": ["supervisor"]})
    def approve(self, by, now) -> None:
        self.decided_by, self.decided_at = by, now

    @transition(status, source=[Status.WAITING], target=Status.REFUSED, custom={"roles": ["supervisor"]})
    def refuse(self, by, now) -> None:
        self.decided_by, self.decided_at = by, now


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
    detail = NameField(_("floor and room"), max_length=60, blank=True)
    contact_name = NameField(_("contact"), max_length=40, blank=True)
    contact_phone = PhoneField(_("contact phone"), blank=True)
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


class Session(AbstractBaseSession):
    """One browser that somebody is logged in with, or has come to the site with. Deleting the row ends it at once."""

    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("person")
    )
    # What others may know it by: the key itself opens it. Stays the same when the key is changed.
    ref = models.CharField(max_length=24, blank=True, db_index=True)
    logged_in_at = models.DateTimeField(_("logged in"), null=True)
    last_action_at = models.DateTimeField(_("last action"), default=clock.now)
    device = models.CharField(_("device"), max_length=200, blank=True)  # as the browser calls itself
    address = models.GenericIPAddressField(_("network address"), null=True)
    second_factor = models.BooleanField(_("second factor"), default=False)  # was used in this session

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls):
        from accounts.session_store import SessionStore  # needs this model

        return SessionStore


class SecurityEvent(models.Model):
    """One line of the security log: who logged in or tried to, what was refused, whose rights changed."""

    class Kind(models.TextChoices):
        LOGIN = "login", _("logged in")
        LOGIN_FAILED = "login_failed", _("login failed")
        LOGOUT = "logout", _("logged out")
        FACTOR_USED = "factor_used", _("second factor used")
        FACTOR_FAILED = "factor_failed", _("second factor failed")
        FACTOR_ADDED = "factor_added", _("second factor set up")
        FACTOR_REMOVED = "factor_removed", _("second factor removed")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        PHONE_CHANGED = "phone_changed", _("phone number changed")
        PAYOUT_CHANGED = "payout_changed", _("payout account changed")
        REFUSED = "refused", _("page refused")
        SESSIONS_ENDED = "sessions_ended", _("sessions ended")
        SESSION_EXPIRED = "session_expired", _("session expired")
        ROLE_GIVEN = "role_given", _("role given")
        ROLE_TAKEN = "role_taken", _("role taken away")
        BANNED = "banned", _("banned")
        NUMBER_SHOWN = "number_shown", _("full number shown")
        CODES_CAPPED = "codes_capped", _("no more codes sent")

    at = models.DateTimeField(_("time"), default=clock.now)
    kind = models.CharField(_("what"), max_length=20, choices=Kind.choices)
    # Whom it is about. Null when nobody is known by what was entered.
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="security_events", verbose_name=_("person")
    )
    # Who did it, when that was somebody else: the supervisor who reset a second factor.
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    campus = models.ForeignKey(
        "campus.Campus", models.SET_NULL, null=True, related_name="+", verbose_name=_("campus")
    )
    identifier = models.CharField(_("entered number, masked"), max_length=20, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-at"], name="security_event_person"),
            models.Index(fields=["at"], name="security_event_at"),
        ]
        verbose_name = _("security event")
        verbose_name_plural = _("security log")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.user or self.identifier or '—'}"


class RestrictedRecord(models.Model):
    """Who the party of transactions was, after an erasure: kept because the law wants it, encrypted, and shown to nobody
    without a reason that is logged. Deleted when the law does not want it any more (core.retention)."""

    user = models.OneToOneField(
        User, models.PROTECT, related_name="restricted_record", verbose_name=_("person")
    )
    campus = models.ForeignKey(
        "campus.Campus", models.PROTECT, null=True, related_name="+", verbose_name=_("campus")
    )
    content = EncryptedTextField()  # JSON: name, phone, and what the apps say was transacted
    created_at = models.DateTimeField(_("erased"), default=clock.now)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("record under restriction")
        verbose_name_plural = _("records under restriction")

    def __str__(self) -> str:
        return f"#{self.user_id}"

    @property
    def until(self):
        """When the law does not want it any more."""
        return self.created_at + period("transactions")
