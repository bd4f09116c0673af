"""What Django and allauth tell about logins: sessions begin, and the security log has its lines."""

from allauth.account.signals import login_code_rejected, password_changed, password_reset, password_set
from allauth.mfa.signals import authentication_failed, authenticator_removed, authenticator_used
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts import security_log, sessions
from accounts.models import SecurityEvent, User
from accounts.session_store import REF
from core import realtime

Kind = SecurityEvent.Kind


@receiver(user_logged_in)
def _logged_in(request, user, **kwargs) -> None:
    sessions.begin(request)
    security_log.record(Kind.LOGIN, user=user, request=request)


@receiver(user_logged_out)
def _logged_out(request, user, **kwargs) -> None:
    request.logged_out = True  # NoStoreMiddleware clears what the browser keeps
    if user is not None:
        security_log.record(Kind.LOGOUT, user=user, request=request)
        realtime.end_pages(user.pk, request.session.get(REF) or "none")


@receiver(user_login_failed)
def _login_failed(credentials, request=None, **kwargs) -> None:
    phone = str(credentials.get("phone") or "")
    user = User.objects.filter(phone=phone).first() if phone else None
    security_log.record(Kind.LOGIN_FAILED, user=user, request=request, phone=phone, method="password")


@receiver(login_code_rejected)
def _code_rejected(request, user, **kwargs) -> None:
    security_log.record(Kind.LOGIN_FAILED, user=user, request=request, method="code")


@receiver(authenticator_used)
def _factor_used(request, user, authenticator, **kwargs) -> None:
    security_log.record(Kind.FACTOR_USED, user=user, request=request, method=authenticator.type)


@receiver(authentication_failed)
def _factor_failed(request, user, **kwargs) -> None:
    security_log.record(Kind.FACTOR_FAILED, user=user, request=request)


@receiver(authenticator_removed)
def _factor_removed(request, user, authenticator, **kwargs) -> None:
    security_log.record(Kind.FACTOR_REMOVED, user=user, request=request, method=authenticator.type)
    sessions.end_sessions(user, keep=request.session.session_key)


@receiver([password_changed, password_set, password_reset])
def _password_changed(request, user, **kwargs) -> None:
    security_log.record(Kind.PASSWORD_CHANGED, user=user, request=request)
    sessions.end_sessions(user, keep=request.session.session_key)
