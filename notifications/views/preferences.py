"""One's own page about being told: by what, about what, and when not."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.portals import portal_of
from core.cache import count
from core.errors import DomainError, Invalid
from core.outside import OutcomeUnknown, PermanentError, RetryableError
from notifications import channels, services
from notifications.channels.email import EmailForm, send_mail
from notifications.channels.push import public_key
from notifications.forms import PreferenceForm
from notifications.models import PushSubscription
from notifications.services.channel_selection import people
from notifications.services.preferences import email_token

MAILS_A_DAY = 6
_BROWSERS = {
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    preference = people([request.user])[request.user.pk]
    form = PreferenceForm(request.POST or None, preference=preference)
    if request.method == "POST" and form.is_valid():
        services.choose(user=request.user, **form.chosen())
        messages.success(request, _("Saved."))
        return redirect("notifications:preferences")
    addresses = [channel for channel in channels.configured() if channel.address_template]
    context = {
        "tab": "me",
        "portal": portal_of(request).template,
        "form": form,
        "preference": preference,
        "push_key": public_key(),
        "browsers": PushSubscription.objects.filter(user=request.user).order_by("-pk"),
        "addresses": [channel.address_template for channel in addresses],
    }
    for channel in addresses:
        context |= channel.address_context(preference)
    return render(request, "notifications/preferences.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def push_on(request):
    """What the browser's push service gave to the page's script."""
    fields = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    services.subscribe(user=request.user, device=_device(request), **fields)
    return HttpResponse(status=204)


@login_required
@require_POST
def push_off(request):
    """By the browser itself (its endpoint), or by hand for one that is not at hand (its row)."""
    pk = request.POST.get("browser", "")
    services.unsubscribe(
        user=request.user,
        pk=int(pk) if pk.isdecimal() and len(pk) < 19 else None,
        endpoint=request.POST.get("endpoint", ""),
    )
    return redirect("notifications:preferences") if pk else HttpResponse(status=204)


@login_required
@require_POST
def email(request):
    """Send a link to an address, which is taken when the link is opened; or forget the present one."""
    if "remove" in request.POST:
        services.confirm_email(user=request.user, token="")
        messages.success(request, _("We write no more e-mails to you."))
        return redirect("notifications:preferences")
    form = EmailForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("This is not an e-mail address."))
    if count(f"mails:{request.user.pk}", 24 * 3600) > MAILS_A_DAY:
        raise DomainError(_("That was a lot of mails for one day. Please try again tomorrow."))
    address = form.cleaned_data["email"]
    token = email_token(user=request.user, email=address)
    link = request.build_absolute_uri(f"{reverse('notifications:email_confirm')}?t={token}")
    text = _("Open this link within a day, and what you chose comes here:") + f"\n\n{link}\n\n"
    text += _("You did not ask for it? Then do nothing: we write to nobody who has not opened it.")
    try:
        send_mail(address, _("Is this your address?"), text)
    except (RetryableError, PermanentError, OutcomeUnknown) as error:
        raise DomainError(_("No mail could be sent there. Please look at the address.")) from error
    messages.success(
        request, _("A mail is on its way to %(email)s. Open the link in it.") % {"email": address}
    )
    return redirect("notifications:preferences")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def email_confirm(request):
    """The link in the mail. A mail scanner opens links too, so that it takes a press of the button."""
    token = request.POST.get("t") or request.GET.get("t") or "-"
    if request.method == "POST":
        services.confirm_email(user=request.user, token=token)
        messages.success(request, _("Your address is confirmed."))
        return redirect("notifications:preferences")
    return render(request, "notifications/email_confirm.html", {"tab": "me", "token": token})


def _device(request) -> str:
    """Which browser it is, for the person to tell one from the other."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in _BROWSERS.items() if sign in agent), "")
    return " · ".join(filter(None, [browser, next((name for name in _SYSTEMS if name in agent), "")]))
