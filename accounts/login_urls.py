"""The pages of allauth that something links to, under /accounts/. The rest of allauth (e-mail, …) is not routed."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path

from accounts import login_views
from accounts.dormant_views import dormant_account
from accounts.reauth import proof_required

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path(
        "login/code/confirm/", login_views.ConfirmLoginCodeView.as_view(), name="account_confirm_login_code"
    ),
    path("login/dormant/", dormant_account, name="account_dormant"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path(
        "reauthenticate/code/",
        login_views.ReauthenticateByCodeView.as_view(),
        name="account_reauthenticate_code",
    ),
    path("phone/verify/", account.verify_phone, name="account_verify_phone"),
    path("phone/change/", proof_required(account.change_phone), name="account_change_phone"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", proof_required(account.password_set), name="account_set_password"),
    path("password/reset/", login_views.ForgottenPasswordView.as_view(), name="account_reset_password"),
    path("password/new/", login_views.NewPasswordView.as_view(), name="account_new_password"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "2fa/totp/activate/", proof_required(login_views.ActivateTOTPView.as_view()), name="mfa_activate_totp"
    ),
    path("2fa/totp/deactivate/", proof_required(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        proof_required(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        proof_required(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        proof_required(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
