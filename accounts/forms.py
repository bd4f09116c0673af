"""What people type in about themselves."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.login_forms import WithWork
from accounts.models import Address, Gender, User
from accounts.pickers import PlaceField
from accounts.team_links import FIELD, campuses_to_choose
from campus.models import Campus
from core.names import NameFormField
from core.phones import PhoneFormField
from core.text_input import CodeField


def _drop_placeholders(form: forms.Form) -> None:
    """allauth repeats each label as a placeholder, in its own words."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(WithWork, allauth_forms.LoginForm):
    """Phone and password. allauth drops the password where sign-up has none as a must: here it stays."""

    phone_field = "login"

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"] = PasswordField(label=_("Password"), autocomplete="current-password")
        _drop_placeholders(self)


class SignupForm(WithWork, allauth_forms.SignupForm):
    """Phone (proved by a code on the next page), name, campus, and the two documents."""

    name = NameFormField(
        label=_("What should we call you?"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    campus = forms.ModelChoiceField(Campus.objects.none(), label=_("Campus"), empty_label=None)
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=Gender.choices,
        initial=Gender.UNKNOWN,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only for dorms that admit one gender."),
    )
    agree = forms.BooleanField(
        error_messages={
            "required": _("We can only begin once you agree to the terms and the privacy notice.")
        }
    )
    team = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["phone", "name", "campus", "gender", "agree", "team"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password1", None)  # set later, by who wants one: the number is proved by a code
        token = self.data.get(FIELD) or context.request.GET.get(FIELD, "")
        self.fields["campus"].queryset = campuses_to_choose(token=token)
        self.fields[FIELD].initial = token

    def clean_gender(self):
        return self.cleaned_data["gender"] or Gender.UNKNOWN


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _drop_placeholders(self)

    def clean_oldpassword(self) -> str:
        with limits.guess(context.request, "password", self.user.phone or self.user.pk, self.user) as guess:
            if not guess.allowed:
                raise get_adapter().validation_error("too_many_login_attempts")
            try:
                return super().clean_oldpassword()
            except ValidationError:
                guess.is_wrong = True
                raise


class SetPasswordForm(allauth_forms.SetPasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _drop_placeholders(self)


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _drop_placeholders(self)


class CodeForm(forms.Form):
    """The digits that came by SMS."""

    code = CodeField(r"^\w{1,20}$", label=_("Code"))


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "campus", "gender"]
        widgets = {"gender": forms.RadioSelect, "name": forms.TextInput(attrs={"autocomplete": "nickname"})}

    def __init__(self, *args, team: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["campus"].queryset = campuses_to_choose(token=team, own=self.instance.campus)
        self.fields["campus"].required = True
        self.fields["campus"].empty_label = None


class AddressForm(forms.ModelForm):
    place = PlaceField(label=_("Building"))

    class Meta:
        model = Address
        fields = ["place", "detail", "contact_name", "contact_phone", "is_default"]
        labels = {
            "detail": _("Floor and room"),
            "contact_name": _("Who receives it"),
            "is_default": _("Begin orders with this address"),
        }
        help_texts = {"detail": _("Only the courier who carries your order sees it.")}
        widgets = {"detail": forms.TextInput(attrs={"autocomplete": "off"})}

    contact_phone = PhoneFormField(label=_("Their mobile number"), required=False)

    def __init__(self, *args, campus: Campus | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if campus:
            self.fields["place"].use(campus)

    def clean(self):
        data = super().clean()
        if data.get("contact_name") and not data.get("contact_phone") and "contact_phone" not in self.errors:
            self.add_error("contact_phone", ValidationError(_("The courier needs a number to call.")))
        return data
