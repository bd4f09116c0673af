"""Logging in where allauth's own views are not enough: resending, forgotten passwords, the demo's one tap."""

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed
from allauth.account.utils import perform_login
from allauth.account.views import BaseReauthenticateView, RequestLoginCodeView
from allauth.account.views import ConfirmLoginCodeView as AllauthConfirmLoginCodeView
from allauth.core.exceptions import RateLimited
from allauth.decorators import rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView as AllauthActivateTOTPView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic.edit import FormView

from accounts import demo, limits, reauth, sessions
from accounts.forms import CodeForm, SetPasswordForm
from accounts.models import User
from accounts.session_store import LOGGED_IN_AT
from core import clock

FRESH_CODE_SECONDS = 15 * 60


class ConfirmLoginCodeView(AllauthConfirmLoginCodeView):
    """allauth 65.21 fails when a code for an unknown number is asked for again, and so tells that it is unknown."""

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {**kwargs, "phone": self._process.state.get("phone")} if "code" in kwargs else kwargs

    def _resend_form_valid(self, form):
        if self._process.user:
            return super()._resend_form_valid(form)
        try:
            limits.next_code(self.request, self._process.state["phone"], None)
        except RateLimited:
            messages.error(self.request, get_adapter().error_messages["rate_limited"])
            return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))
        self._process.record_resend()
        self._process.send(skip_enumeration_mails=True)
        self._process.persist()
        return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))


class ForgottenPasswordView(RequestLoginCodeView):
    """A forgotten password is replaced after logging in by code."""

    template_name = "account/password_reset.html"

    def get_success_url(self):
        return f"{reverse('account_confirm_login_code')}?next={reverse('account_new_password')}"

    def get_authenticated_redirect_url(self):
        return reverse("account_change_password")


@method_decorator(sensitive_post_parameters("password1", "password2"), name="dispatch")
@method_decorator(login_required, name="dispatch")
@method_decorator(rate_limit(action="change_password"), name="dispatch")
class NewPasswordView(FormView):
    """A new password without the old one, for who proved the number by a code just now."""

    form_class = SetPasswordForm
    template_name = "account/password_set.html"

    def dispatch(self, request, *args, **kwargs):
        if not self._proved(request):
            return redirect("account_change_password")
        return super().dispatch(request, *args, **kwargs)

    @staticmethod
    def _proved(request) -> bool:
        by_code = any(r["method"] == "code" for r in get_authentication_records(request, request.user))
        logged_in_at = request.session.get(LOGGED_IN_AT, 0)
        return by_code and clock.now().timestamp() - logged_in_at < FRESH_CODE_SECONDS

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        form.save()
        update_session_auth_hash(self.request, form.user)  # other devices are logged out, this one is not
        password_changed.send(User, request=self.request, user=form.user)
        messages.success(self.request, _("Your new password is set."))
        return redirect("accounts:me")


class ActivateTOTPView(AllauthActivateTOTPView):
    """Setting an authenticator up counts as having used it here, and ends every other session."""

    @method_decorator(transaction.atomic)
    def form_valid(self, form):
        response = super().form_valid(form)
        added = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        sessions.second_factor_added(self.request, added)
        return response


@method_decorator(login_required, name="dispatch")
class ReauthenticateByCodeView(BaseReauthenticateView):
    """Who has no password proves who they are by a code to the number that counts now. `action`: send or verify."""

    form_class = CodeForm
    template_name = "account/reauthenticate_code.html"

    def post(self, request, *args, **kwargs):
        if request.POST.get("action") == "send":
            reauth.send_code(request)
            return redirect(self.passthrough_next_url(request.path))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        if reauth.check_code(self.request, form.cleaned_data["code"]):
            return super().form_valid(form)
        form.add_error("code", get_adapter().error_messages["incorrect_code"])
        return self.form_invalid(form)

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "code_waits": reauth.code_waits(self.request)}


@require_POST
def demo_login(request, phone):
    """One tap to be somebody of the demo. Does not exist anywhere else."""
    login = demo.by_phone(phone)
    if login is None:
        raise Http404
    user = get_object_or_404(User, phone=login.phone, is_active=True)
    return perform_login(request, user, redirect_url=login.next)
