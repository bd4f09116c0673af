"""Who is an operator, and where. A superuser may do everything everywhere."""

from functools import wraps

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q, QuerySet

from accounts.models import StaffRole, User
from campus.models import Campus
from core.errors import NotAllowed

Role = StaffRole.Role
# Who handles what is under way, its chats and tickets: everybody but finance, who only looks.
HANDLERS = (Role.SUPPORT, Role.DISPATCHER, Role.SUPERVISOR)


def _may_operate(user) -> bool:
    """Logged in, not banned, and with the second factor that this session has to have (SecondFactorMiddleware)."""
    return user.is_authenticated and user.is_active and not getattr(user, "lacks_second_factor", False)


def _roles(user) -> set[tuple[int, str]]:
    """{(campus id, role)}; asked once per user object."""
    if not (_may_operate(user) and user.is_staff):
        return set()
    if not hasattr(user, "_staff_roles"):
        user._staff_roles = set(user.staff_roles.values_list("campus_id", "role"))
    return user._staff_roles


def is_operator(user, campus: Campus | int | None = None, *roles: str) -> bool:
    """Whether the person operates `campus` (any, when None) in one of `roles` (any, when none is named)."""
    if not (user and _may_operate(user)):
        return False
    if user.is_superuser:
        return True
    campus_id = getattr(campus, "pk", campus)
    return any(
        (campus_id is None or at == campus_id) and (not roles or role in roles) for at, role in _roles(user)
    )


def operator_campuses(user, *roles: str) -> QuerySet[Campus]:
    """The campuses that the operator may work on, in one of `roles` (any, when none is named)."""
    if _may_operate(user) and user.is_superuser:
        return Campus.objects.all()
    ids = {at for at, role in _roles(user) if not roles or role in roles}
    return Campus.objects.filter(pk__in=ids)


def supervisors() -> QuerySet[User]:
    """Those who watch over the platform itself: supervisors of any campus, and superusers."""
    watching = Q(is_superuser=True) | Q(staff_roles__role=Role.SUPERVISOR)
    return User.objects.filter(watching, is_staff=True, is_active=True).distinct()


def operator_required(*roles: str):
    """Only for operators: strangers are sent to log in, everyone else reads that they may not."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not is_operator(request.user, None, *roles):
                raise NotAllowed
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def operator_page(*roles: str):
    """A page of the admin for operators in one of `roles` (any, when none is named): strangers and people without a
    staff account are sent to its login."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not is_operator(request.user, None, *roles):
                raise NotAllowed
            return view(request, *args, **kwargs)

        return admin.site.admin_view(guarded)

    return decorate
