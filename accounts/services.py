"""Every write about people: signing up, addresses, roles, and their right to take their data or have it erased."""

import json

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import personal, security_log
from accounts.events import PersonBanned
from accounts.models import Address, Consent, Gender, RestrictedRecord, SecurityEvent, StaffRole, User
from accounts.sessions import end_sessions
from campus.models import Campus, Place
from core import clock, outbox, personal_data, staff_log
from core.db import for_update
from core.errors import Invalid, NotAllowed, WrongState
from core.ids import new_no

MAX_ADDRESSES = 20


@transaction.atomic
def create_user(
    *,
    phone: str | None,
    name: str = "",
    password: str | None = None,
    campus: Campus | None = None,
    gender: str = Gender.UNKNOWN,
    language: str | None = None,
    phone_verified: bool = False,
    consents: bool = False,
    **fields,
) -> User:
    """A new person. Without a password they log in by code. Raises Invalid when the number is taken."""
    user = User(
        username=new_no("u").lower(),
        phone=phone,
        phone_verified=phone_verified,
        name=name,
        campus=campus,
        gender=gender,
        language=language or get_language() or settings.LANGUAGE_CODE,
        date_joined=clock.now(),
        **fields,
    )
    user.set_password(password)  # None makes it unusable
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Invalid(_("This number cannot be used.")) from None
    if consents:
        give_consents(user=user)
    return user


def give_consents(*, user: User) -> None:
    """The person agrees to the present terms and privacy notice. Doing it again changes nothing."""
    for document, version in [
        (Consent.Document.TERMS, settings.TERMS_VERSION),
        (Consent.Document.PRIVACY, settings.PRIVACY_VERSION),
    ]:
        Consent.objects.get_or_create(
            user=user, document=document, version=version, defaults={"given_at": clock.now()}
        )


@transaction.atomic
def set_phone(*, user: User, phone: str, verified: bool, keep: str | None = None) -> None:
    """The person's number, as allauth's flows found it. Raises Invalid when someone else has it.

    Another number than before ends every session but the one with the key `keep`.
    """
    before = User.objects.values_list("phone", flat=True).get(pk=user.pk)
    user.phone, user.phone_verified = phone, verified
    try:
        with transaction.atomic():
            user.save(update_fields=["phone", "phone_verified"])
    except IntegrityError:
        raise Invalid(_("This number cannot be used.")) from None
    if phone != before:
        security_log.record(SecurityEvent.Kind.PHONE_CHANGED, user=user, phone=before)
        end_sessions(user, keep=keep)


def choose_language(*, user: User, language: str) -> None:
    """The language of the person's pages on every device, and of what the platform tells them."""
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])


@transaction.atomic
def update_profile(*, user: User, name: str, campus: Campus | None, gender: str) -> None:
    user.name, user.campus, user.gender = name, campus, gender
    user.save(update_fields=["name", "campus", "gender"])


# -- Addresses ---------------------------------------------------------------------------------------------


@transaction.atomic
def save_address(
    *,
    user: User,
    place: Place,
    detail: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    is_default: bool = False,
    address: Address | None = None,
) -> Address:
    """Add an address, or change one of the person's own. The first one is the default."""
    own = list(for_update(Address.objects.filter(user=user)))
    if address is None:
        if len(own) >= MAX_ADDRESSES:
            raise Invalid(_("You can keep %(limit)s addresses. Delete one first.") % {"limit": MAX_ADDRESSES})
        address = Address(user=user, created_at=clock.now())
        is_default = is_default or not own
    else:
        address = next(row for row in own if row.pk == address.pk)  # as stored: a form may have written on it
    address.place, address.detail = place, detail
    address.contact_name, address.contact_phone = contact_name, contact_phone
    address.save()
    if is_default and not address.is_default:
        set_default_address(user=user, address=address)
    return address


@transaction.atomic
def set_default_address(*, user: User, address: Address) -> None:
    """Make it the one that orders begin with."""
    for other in for_update(Address.objects.filter(user=user, is_default=True)).exclude(pk=address.pk):
        other.is_default = False
        other.save(update_fields=["is_default"])
    address.is_default = True
    address.save(update_fields=["is_default"])


@transaction.atomic
def delete_address(*, user: User, address: Address) -> None:
    """Orders keep copies, so an address can always go. The newest of the others becomes the default."""
    was_default = address.is_default
    address.delete()
    heir = Address.objects.filter(user=user).first()
    if was_default and heir:
        set_default_address(user=user, address=heir)


# -- Operators ---------------------------------------------------------------------------------------------


@transaction.atomic
def grant_role(*, user: User, campus: Campus, role: str, actor: User, keep: str | None = None) -> StaffRole:
    """Make the person an operator of the campus in this role. Their sessions end, but the one with the key `keep`."""
    staff_role, created = StaffRole.objects.get_or_create(user=user, campus=campus, role=role)
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    _log(
        actor,
        user,
        _("Role granted: %(role)s, %(campus)s")
        % {"role": staff_role.get_role_display(), "campus": campus.label},
    )
    if created:
        security_log.record(
            SecurityEvent.Kind.ROLE_GIVEN, user=user, actor=actor, role=role, campus=campus.code
        )
        end_sessions(user, keep=keep, actor=actor)
    return staff_role


@transaction.atomic
def revoke_role(*, staff_role: StaffRole, actor: User, keep: str | None = None) -> None:
    """Take the role away, and with it every session; without any role left the person is no operator."""
    user = staff_role.user
    _log(
        actor,
        user,
        _("Role ended: %(role)s, %(campus)s")
        % {"role": staff_role.get_role_display(), "campus": staff_role.campus.label},
    )
    security_log.record(
        SecurityEvent.Kind.ROLE_TAKEN,
        user=user,
        actor=actor,
        role=staff_role.role,
        campus=staff_role.campus.code,
    )
    staff_role.delete()
    if not user.is_superuser and not user.staff_roles.exists():
        user.is_staff = False
        user.save(update_fields=["is_staff"])
    end_sessions(user, keep=keep, actor=actor)


@transaction.atomic
def reveal_phone(*, user: User, actor: User, reason: str) -> str:
    """The full number, for a stated reason that stays in the person's log."""
    if not reason.strip():
        raise Invalid(_("Say why you need the number."))
    _log(actor, user, _("Full phone number shown: %(reason)s") % {"reason": reason.strip()[:150]})
    security_log.record(
        SecurityEvent.Kind.NUMBER_SHOWN, user=user, actor=actor, number="phone", reason=reason.strip()[:150]
    )
    return user.phone or ""


@transaction.atomic
def reset_second_factor(*, user: User, actor: User) -> None:
    """A lost phone: the person sets a new authenticator up at the next visit to the admin."""
    if user.pk == actor.pk:
        raise NotAllowed(_("Ask another supervisor to reset your own second factor."))
    Authenticator.objects.filter(user=user).delete()
    _log(actor, user, _("Second factor reset"))
    security_log.record(SecurityEvent.Kind.FACTOR_REMOVED, user=user, actor=actor)
    end_sessions(user, actor=actor)


@transaction.atomic
def bar(*, user: User, actor: User) -> None:
    """The person may not log in any more, on any device. What they do for others here ends on `accounts.banned`."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    security_log.record(SecurityEvent.Kind.BANNED, user=user, actor=actor)
    end_sessions(user, actor=actor)
    outbox.emit(PersonBanned(user=user.pk, by=actor.pk))


def _log(actor: User, user: User, what: str) -> None:
    staff_log.write(actor.pk, [user], what)


# -- One's own data ----------------------------------------------------------------------------------------


@personal.blocks_erasure
def _operator_obstacle(user: User) -> str:
    return _("You are an operator. Ask a supervisor to end your role first.") if user.is_staff else ""


@transaction.atomic
def erase_person(*, user: User, now=None) -> None:
    """Make every row about the person tell nothing about them, for good. Books and statistics keep the empty row.

    All of it or nothing; files go after the commit, or with the daily sweep. Raises WrongState, saying why, while
    something stands against it. The table of personal data says what becomes of each field (core.personal_data).
    """
    user = for_update(User.objects.filter(pk=user.pk)).get()
    if user.erased_at:
        return
    if reasons := personal.obstacles(user):
        raise WrongState(" ".join(reasons), code="not_yet")
    _restrict(user, now or clock.now())
    personal_data.erase(user)
    user.refresh_from_db()
    user.phone_verified = user.is_active = False
    user.username = new_no("erased-").lower()
    user.erased_at = now or clock.now()
    user.set_unusable_password()
    user.save()
    end_sessions(user)


def _restrict(user: User, now) -> None:
    """Put what the law wants kept where nobody meets it by chance: who was the party of which transactions."""
    if transacted := personal.transactions(user):
        RestrictedRecord.objects.create(
            user=user,
            campus=user.campus,
            content=json.dumps({"name": user.name, "phone": user.phone, **transacted}, ensure_ascii=False),
            created_at=now,
        )


@transaction.atomic
def read_restricted(*, record: RestrictedRecord, actor: User, reason: str) -> dict:
    """What the record holds, for a stated reason that stays in the log of what staff did."""
    if not reason.strip():
        raise Invalid(_("Say why you need it."))
    staff_log.write(
        actor.pk,
        [record.user],
        _("Record under restriction read: %(reason)s") % {"reason": reason.strip()[:150]},
    )
    security_log.record(
        SecurityEvent.Kind.NUMBER_SHOWN,
        user=record.user,
        actor=actor,
        number="restricted",
        reason=reason.strip()[:150],
    )
    return json.loads(record.content)
