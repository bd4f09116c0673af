"""Who people are, how they log in, and how often."""

import os

from django.urls import reverse_lazy

from campus_errand.settings.environment import env_bool

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    # No rule about kinds of characters: a long number may be a good password, a date is none.
    {"NAME": "accounts.passwords.GuessableValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"

# People are their phone numbers: a code by SMS or a password. allauth's own pages for e-mail are not routed.
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1"]
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "request_login_code": "accounts.login_forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.login_forms.ConfirmLoginCodeForm",
    "verify_phone": "accounts.login_forms.VerifyPhoneForm",
}
MFA_FORMS = {
    "authenticate": "accounts.login_forms.AuthenticateForm",
    "reauthenticate": "accounts.login_forms.ReauthenticateForm",
    "activate_totp": "accounts.login_forms.ActivateTOTPForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # they would lock people out; accounts.limits does not
LOGIN_LIMITS = True
# So long unused, and a code alone opens no account: the number may be somebody else's by now.
DORMANT_DAYS = int(os.environ.get("DORMANT_DAYS") or 180)
# Messages a day to numbers without an account, of the whole site: at login, at sign-up.
SMS_STRANGERS_PER_DAY = int(os.environ.get("SMS_STRANGERS_PER_DAY") or 200)
SMS_SIGNUPS_PER_DAY = int(os.environ.get("SMS_SIGNUPS_PER_DAY") or 1000)
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES") or 0)  # proxies of ours in front (core.http)

# A member of staff who may move money needs a second factor; only the demo and tests switch it off.
STAFF_SECOND_FACTOR = env_bool("STAFF_SECOND_FACTOR", True)
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Campus Errand"
MFA_TOTP_TOLERANCE = 1
