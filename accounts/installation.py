"""What people need before the first of them can log in."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import sms
from accounts.models import User
from core.installation import Lack, requirement


@requirement
def provider() -> Lack | None:
    """Short messages that reach a phone."""
    if sms.reaches_people():
        return None
    return Lack(
        "accounts.W001",
        _("No SMS is sent (SMS_PROVIDER=console): nobody can sign up, or log in with a code."),
        _(
            "Set SMS_PROVIDER to aliyun or tencent, with its keys and the four SMS_TEMPLATE_… codes"
            " (deploy/env.example)."
        ),
    )


@requirement
def superuser() -> Lack | None:
    """Somebody who can log in and set everything up."""
    if User.objects.filter(is_superuser=True, is_active=True, phone_verified=True).exists():
        return None
    return Lack(
        "accounts.W002",
        _("There is no superuser who can log in."),
        _("Make one with manage.py createsuperuser: it asks for a mobile number and a password."),
    )


@requirement
def second_factors() -> Lack | None:
    """A second factor for each superuser: without it they see no page of the admin."""
    if not settings.STAFF_SECOND_FACTOR:
        return None
    without = User.objects.filter(is_superuser=True, is_active=True).exclude(
        pk__in=Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user")
    )
    if not without.exists():
        return None
    return Lack(
        "accounts.W003",
        _("A superuser has no second factor yet."),
        _("They log in and are asked to set up an authenticator app."),
        f"{reverse('admin:accounts_user_changelist')}?is_staff__exact=1",
    )
