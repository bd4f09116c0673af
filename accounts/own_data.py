"""What accounts itself knows about a person, for their export."""

from accounts.models import User
from accounts.personal import exports, named
from accounts.registry import staff_log_of


@exports("person")
def person_of(user: User) -> dict:
    return {
        "name": user.name,
        "phone": user.phone,
        "email": user.email,
        "gender": named(user, "gender"),
        "language": user.language,
        "campus": user.campus.label if user.campus else None,
        "joined_at": user.date_joined.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
    }


@exports("consents")
def consents_of(user: User) -> list[dict]:
    return [
        {"document": named(one, "document"), "version": one.version, "given_at": one.given_at.isoformat()}
        for one in user.consents.all()
    ]


@exports("addresses")
def addresses_of(user: User) -> list[dict]:
    return [
        {
            "place": one.place.label,
            "detail": one.detail,
            "contact_name": one.contact_name,
            "contact_phone": one.contact_phone,
            "is_default": one.is_default,
            "created_at": one.created_at.isoformat(),
        }
        for one in user.addresses.select_related("place")
    ]


@exports("sessions")
def sessions_of(user: User) -> list[dict]:
    return [
        {
            "since": one.logged_in_at.isoformat() if one.logged_in_at else None,
            "last_action": one.last_action_at.isoformat(),
            "device": one.device,
            "address": one.address,
        }
        for one in user.sessions.order_by("-last_action_at")
    ]


@exports("security_log")
def security_log_of(user: User) -> list[dict]:
    return [
        {
            "at": one.at.isoformat(),
            "what": named(one, "kind"),
            "mine": one.actor_id is None,
            "device": one.device,
            "address": one.address if one.actor_id is None else None,  # not where somebody else sits
        }
        for one in user.security_events.order_by("pk")
    ]


@exports("staff_log")
def staff_acts_on(user: User) -> list[dict]:
    """What operators did with this person's row, as when they looked the number up; which operator is not said."""
    return [
        {"at": one.action_time.isoformat(), "what": one.get_change_message()}
        for one in staff_log_of(user).order_by("pk")
    ]
