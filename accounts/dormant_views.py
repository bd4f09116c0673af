"""The page before an account that was not used for long (see accounts.dormant)."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import dormant, limits
from accounts.models import NumberClaim


class OwnerForm(forms.Form):
    """The password of the account."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ClaimForm(forms.Form):
    """What only the owner knows."""

    words = forms.CharField(
        label=gettext_lazy("What only the owner knows"),
        help_text=gettext_lazy(
            "Your name, your campus and building, what you ordered last or what you were paid for. Never a password."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@sensitive_post_parameters("password")
@login_stage_required(stage=dormant.DormantStage.key, redirect_urlname="account_login")
@require_http_methods(["GET", "HEAD", "POST"])
def dormant_account(request: HttpRequest) -> HttpResponse:
    """`act`: password | claim | not_me. The page tells nothing about the owner but the month of the last visit."""
    stage = request._login_stage
    user, act = stage.login.user, request.POST.get("act")
    if not dormant.asks_for_more(request, user):  # a supervisor has said yes meanwhile
        return stage.exit()
    owner, claim = OwnerForm(), ClaimForm()
    if act == "password" and user.has_usable_password():
        owner = OwnerForm(request.POST)
        if owner.is_valid() and _is_password(request, user, owner):
            record_authentication(request, user, method="password")
            return stage.exit()
    elif act == "claim":
        claim = ClaimForm(request.POST)
        if claim.is_valid():
            dormant.claim_number(user=user, words=claim.cleaned_data["words"])
            clear_login(request)
            messages.success(request, _("We look at it within one working day, and write to this number."))
            return redirect("account_login")
    elif act == "not_me":
        dormant.detach_number(user=user, request=request)
        clear_login(request)
        messages.success(request, _("The number is free now. Sign up for an account of your own."))
        return redirect("account_signup")
    context = {
        "form": owner if owner.is_bound else claim,
        "owner_form": owner if user.has_usable_password() else None,
        "claim_form": claim,
        "last_used": dormant.last_used(user),
        "waits": NumberClaim.objects.filter(user=user, status=NumberClaim.Status.WAITING).exists(),
    }
    return render(request, "account/dormant.html", context)


def _is_password(request: HttpRequest, user, form: OwnerForm) -> bool:
    with limits.guess(request, "password", user.phone, user) as guess:
        right = guess.allowed and user.check_password(form.cleaned_data["password"])
        guess.is_wrong = not right
    if not right:
        error = "incorrect_password" if guess.allowed else "too_many_login_attempts"
        form.add_error("password", get_adapter().error_messages[error])
    return right
