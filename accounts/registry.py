"""People's own rows of the table of personal data, and those of the libraries that log them in."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import security_log, sessions
from accounts.models import Gender, User
from core.personal_data import Erasure, Keeps, Reader, cut, erases, needles_of, not_personal, personal

OWN, STAFF, SUP, SERVER = Reader.PERSON, Reader.OPERATORS, Reader.SUPERVISORS, Reader.SERVER
NETWORK_LAW = _("logs of the network are kept for six months (Cybersecurity Law, article 21)")
BOOKS = _("the books: transactions are kept for three years (E-commerce Law, article 31)")
PROOF = _("proof of what was agreed and decided")

personal(
    "accounts.User", "name", about="pk", exported="person",
    purpose=_("to be called by it"), readers=(OWN, Reader.COURIER, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "accounts.User", "phone email", about="pk", exported="person",
    purpose=_("to log in, and to be reached about an order"), readers=(OWN, Reader.REASON), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "accounts.User", "gender", about="pk", exported="person", fill={"gender": Gender.UNKNOWN},
    purpose=_("to find a courier who may enter the building"), readers=(OWN, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "accounts.User", "username password",
    purpose=_("to log in"), readers=(SERVER,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "accounts.User", "last_login date_joined language campus", exported="person",
    purpose=_("to show the right campus in the right language"), readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "accounts.Consent", "user", exported="consents",
    purpose=PROOF, law=PROOF, readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "accounts.StaffRole", "user", about="user",
    purpose=_("to know who may do what"), readers=(OWN, SUP), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "accounts.Address", "user detail contact_name contact_phone", about="user", exported="addresses",
    purpose=_("to order faster"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip

personal(
    "accounts.RestrictedRecord", "user content", law=BOOKS, purpose=BOOKS,
    keeps=Keeps(period="transactions", since="created_at", then=Erasure.DELETE),
    readers=(Reader.FINANCE, Reader.REASON), erasure=Erasure.RESTRICT,
)  # fmt: skip

# -- Of libraries ------------------------------------------------------------------------------------------

personal(
    "account.EmailAddress", "user email", about="user",
    purpose=_("to log in"), readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "account.EmailConfirmation", "key", about="email_address__user",
    purpose=_("to log in"), readers=(SERVER,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "mfa.Authenticator", "user data", about="user",
    purpose=_("the second factor of a login"), readers=(SERVER,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "admin.LogEntry", "user object_id object_repr change_message", exported="staff_log",
    keeps=Keeps(period="transactions", since="action_time", then=Erasure.DELETE),
    purpose=_("to know which operator did what, and why they looked a number up"), law=PROOF,
    readers=(OWN, SUP), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "accounts.Session", "user session_key session_data ref device address", about="user", exported="sessions",
    keeps=Keeps(period="sessions", since="last_action_at", then=Erasure.DELETE),
    purpose=_("to stay logged in"),
    readers=(OWN,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(  # of the time before sessions knew their person
    "sessions.Session", "session_key session_data",
    keeps=Keeps(period="sessions", since="expire_date", then=Erasure.DELETE),
    purpose=_("to stay logged in"),
    readers=(SERVER,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "accounts.SecurityEvent", "user actor identifier address device", exported="security_log",
    keeps=Keeps(period="logs", sweep=security_log.tidy), law=NETWORK_LAW,
    purpose=_("to find out who came in, and from where"), readers=(OWN, SUP), erasure=Erasure.RESTRICT,
)  # fmt: skip
personal(
    "accounts.SecurityEvent", "details", mentions="user actor", law=NETWORK_LAW,
    keeps=Keeps(period="logs", sweep=security_log.tidy),
    purpose=_("to find out who came in, and from where"), readers=(SUP,), erasure=Erasure.RESTRICT,
)  # fmt: skip
personal(
    "accounts.User_groups", "user", about="user",
    purpose=_("to know who may do what"), readers=(SERVER,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "accounts.User_user_permissions", "user", about="user",
    purpose=_("to know who may do what"), readers=(SERVER,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "accounts.RecentCode", "code",
    keeps=Keeps(period="drafts", since="sent_at", then=Erasure.DELETE),
    purpose=_("to log in"), readers=(SERVER,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "accounts.NumberClaim", "user words decided_by", about="user",
    keeps=Keeps(period="logs", since="created_at", then=Erasure.DELETE),
    purpose=_("to give an account back to its owner"), readers=(SUP,), erasure=Erasure.DELETE,
)  # fmt: skip
not_personal("accounts.Consent.version", "accounts.RecentCode.name")


def staff_log_of(user: User):
    """What operators did to this person's row."""
    return LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    )


@erases
def cut_out_of_the_staff_log(user: User) -> None:
    """What operators did stays, as does why; the person's name and number do not."""
    needles = needles_of(user)
    said = Q()
    for needle in needles:
        said |= Q(change_message__contains=needle) | Q(object_repr__contains=needle)
    found = staff_log_of(user) | LogEntry.objects.filter(said) if needles else staff_log_of(user)
    for entry in found:
        LogEntry.objects.filter(pk=entry.pk).update(
            object_repr=cut(entry.object_repr, needles), change_message=cut(entry.change_message, needles)
        )


@erases
def end_ways_in(user: User) -> None:
    """Nobody logs in as this person any more, on any device."""
    sessions.end_sessions(user)
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
