"""One's own pages: profile, addresses, language, the documents, one's data."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import personal, services
from accounts.adapter import set_language_cookie
from accounts.export import NAME, archive
from accounts.forms import AddressForm, ProfileForm
from accounts.models import Address
from accounts.team_links import FIELD, campus_of_link
from campus.selectors import campus_for
from core import clock, personal_data
from core.personal_data import Reader


def next_url(request, default: str) -> str:
    """Where the person came from or is going to, if it is a page of this site."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if safe else default


@login_required
@require_GET
def me(request):
    return render(request, "accounts/me.html", {"tab": "me"})


@login_required
def profile(request):
    team = request.GET.get(FIELD, "")
    form = ProfileForm(request.POST or None, instance=request.user, team=team)
    if request.method == "POST" and form.is_valid():
        services.update_profile(
            user=request.user,
            name=form.cleaned_data["name"],
            campus=form.cleaned_data["campus"],
            gender=form.cleaned_data["gender"],
        )
        messages.success(request, _("Saved."))
        return redirect("accounts:me")
    request.user.refresh_from_db()  # a form with errors has written on it
    return render(request, "accounts/profile.html", {"tab": "me", "form": form})


@require_GET
def join(request: HttpRequest, token: str) -> HttpResponse:
    """A team's link: to signing up with its campus, or for who has an account to choosing it."""
    if campus_of_link(token) is None:
        messages.error(request, _("This link is not valid any more. Ask your team for a new one."))
        return redirect("/")
    page = "accounts:profile" if request.user.is_authenticated else "account_signup"
    return redirect(f"{reverse(page)}?{urlencode({FIELD: token})}")


@require_POST
def language(request):
    """Switch the language of this device and, for who is logged in, of the person."""
    response = HttpResponseRedirect(next_url(request, "/"))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            services.choose_language(user=request.user, language=chosen)
        set_language_cookie(response, chosen)
    return response


# -- Addresses ---------------------------------------------------------------------------------------------


@login_required
@require_GET
def addresses(request):
    rows = request.user.addresses.select_related("place__zone")
    return render(request, "accounts/addresses.html", {"tab": "me", "addresses": rows})


@login_required
def address(request, pk=None):
    """Add one, or change one of one's own. `next` leads back to an order under way."""
    own = get_object_or_404(Address, pk=pk, user=request.user) if pk else None
    campus = own.place.campus if own else campus_for(request.user)
    form = AddressForm(request.POST or None, instance=own, campus=campus)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in form.Meta.fields}
        services.save_address(user=request.user, address=own, **fields)
        messages.success(request, _("Address saved."))
        return redirect(next_url(request, reverse("accounts:addresses")))
    context = {
        "tab": "me",
        "form": form,
        "address": own,
        "next": next_url(request, ""),
        "back": next_url(request, reverse("accounts:addresses")),
    }
    return render(request, "accounts/address.html", context)


@login_required
@require_POST
def delete_address(request, pk):
    services.delete_address(user=request.user, address=get_object_or_404(Address, pk=pk, user=request.user))
    messages.success(request, _("Address deleted."))
    return redirect("accounts:addresses")


@login_required
@require_POST
def default_address(request, pk):
    services.set_default_address(
        user=request.user, address=get_object_or_404(Address, pk=pk, user=request.user)
    )
    return redirect("accounts:addresses")


# -- Documents and one's data ------------------------------------------------------------------------------


@require_GET
def privacy(request):
    purposes = dict.fromkeys(
        str(row.purpose) for row in personal_data.table() if Reader.PERSON in row.readers
    )
    context = {"version": settings.PRIVACY_VERSION, "days": personal_data.days(), "purposes": purposes}
    return render(request, "accounts/privacy.html", context)


@require_GET
def terms(request):
    return render(request, "accounts/terms.html", {"version": settings.TERMS_VERSION})


@login_required
@never_cache
@require_GET
def export(request):
    """All personal data as an archive, written while it is sent."""
    response = StreamingHttpResponse(
        archive(request.user, request.LANGUAGE_CODE), content_type="application/zip"
    )
    day = clock.today().isoformat()
    response["Content-Disposition"] = f'attachment; filename="{NAME}-{day}.zip"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def erase(request):
    """Say what an erasure means and what stands against it; do it on a POST that says so."""
    if request.method == "POST" and request.POST.get("sure"):
        language = request.LANGUAGE_CODE
        services.erase_person(user=request.user)
        logout(request)
        with override(language):
            messages.success(request, _("Your data is erased. Take care!"))
        return redirect("account_login")
    context = {
        "tab": "me",
        "obstacles": personal.obstacles(request.user),
        "days": personal_data.days(),
        "pressed": request.method == "POST",
    }
    return render(request, "accounts/erase.html", context)
