"""Ordering an errand: one page with four parts, a price that follows, and a draft that going back does not lose."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import payments.services as money
from accounts.models import Address
from accounts.services import save_address
from campus.models import Admits, Campus
from campus.selectors import campus_for
from core import clock
from core.errors import DomainError, Invalid
from orders import availability, drafts, selectors, services, windows
from orders.availability import Availability
from orders.kinds import KINDS, OrderKind
from orders.kinds.form import MAX_PHOTOS, ErrandForm
from orders.models import Order, Status
from orders.pauses import active_pauses
from orders.pricing import Quote
from orders.services import quoting
from payments import browsers
from payments.models import Account, Payment
from payments.selectors import waiting_payment


@dataclass(frozen=True)
class Offer:
    """The price of what the form holds now, or why there is none yet."""

    quote: Quote | None
    token: str
    reason: str
    balance: int
    gateway: str
    window_start: datetime | None
    availability: Availability | None
    give_up_minutes: int
    campus: Campus

    @property
    def promised_at(self) -> datetime | None:
        """What an order made now would promise: later where somebody has to be waited for first."""
        if self.quote is None or not self.is_nobody:
            return self.quote.promised_at if self.quote else None
        return self.quote.promised_at + timedelta(minutes=self.give_up_minutes)

    @property
    def later(self) -> tuple[str, str] | None:
        """The first window (value, in words) in which the shift plan has somebody for it."""
        at = self.availability.shift_at if self.availability else None
        if at is None:
            return None
        slots = (
            (day, *slot) for day, day_slots in windows.windows(clock.now(), self.campus) for slot in day_slots
        )
        return next(
            ((value, f"{day} {label}") for day, value, label in slots if datetime.fromisoformat(value) >= at),
            None,
        )

    @property
    def is_nobody(self) -> bool:
        return self.availability is not None and self.availability.is_nobody

    @property
    def total(self) -> int:
        return self.quote.total_fen if self.quote else 0

    @property
    def asks_bids(self) -> bool:
        """The fee is what a courier will ask for."""
        return self.quote is not None and not self.quote.fee_fen

    @property
    def short(self) -> int:
        return max(self.total - self.balance, 0)

    @property
    def lines(self) -> list[dict]:
        return [{"label": line.label, "amount": line.fen} for line in self.quote.lines] if self.quote else []

    @property
    def is_surged(self) -> bool:
        return bool(self.quote) and any(line.code == "surge" for line in self.quote.lines)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The page where an errand is put together, and ordered."""
    form_class, campus = _of(request, kind)
    if request.method != "POST":
        form = form_class(initial=_initial(request, form_class, campus), campus=campus)
        return _page(request, form)
    drafts.keep(request, kind, request.POST, _blank(request, form_class, campus))
    form = form_class(request.POST, campus=campus)
    drafts.drop_photos(request, kind, request.POST.getlist("drop_photo"))
    photos_wrong = ""
    try:
        drafts.add_photos(request, kind, request.FILES.getlist("photos"), MAX_PHOTOS)
    except Invalid as error:
        photos_wrong = str(error)
    if form.is_valid() and not photos_wrong:
        try:
            return _order(request, form, kind)
        except DomainError as error:
            form.add_error(None, str(error))
    return _page(request, form, photos_wrong=photos_wrong, status=422)


@login_required
@require_POST
def price(request: HttpRequest, kind: str) -> HttpResponse:
    """The price of what the form holds now, with the bar to pay it. Remembers the draft."""
    form_class, campus = _of(request, kind)
    drafts.keep(request, kind, request.POST, _blank(request, form_class, campus))
    form = form_class(request.POST, campus=campus)
    form.is_valid()  # what is wrong so far is said when it is sent
    forced = _forced(form)
    context = {
        "form": form,
        "kind": KINDS[kind],
        "offer": _offer(request, form),
        "fragment": True,
        "forced_changed": request.POST.get("forced_was", "") != forced["forced"],
        **forced,
    }
    return render(request, "orders/_price.html", context)


@login_required
@require_POST
def draft(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep what has been typed so far: sent by the page as it is left, and while one types."""
    form_class, campus = _of(request, kind)
    drafts.keep(request, kind, request.POST, _blank(request, form_class, campus))
    return HttpResponse(status=204)


@login_required
@require_POST
def start_over(request: HttpRequest, kind: str) -> HttpResponse:
    _of(request, kind)
    drafts.forget(request, kind)
    return redirect("orders:new", kind)


def _of(request: HttpRequest, kind: str) -> tuple[type[ErrandForm], Campus]:
    campus = campus_for(request.user)
    form_class = KINDS[kind].form_class if kind in KINDS else None
    if form_class is None or campus is None:
        raise Http404
    return form_class, campus


def _initial(request: HttpRequest, form_class: type[ErrandForm], campus: Campus) -> dict:
    """What the form starts with: the draft, else an order to repeat, else what this person usually says."""
    kind = KINDS[form_class.kind]
    again = request.GET.get("again", "")
    if again:
        with suppress(Http404):
            order = selectors.order_of(request.user, again)
            return form_class.again(order) if order.kind == kind.name else {}
    return drafts.initial(request, kind.name) or _usual(request, kind, campus)


def _blank(request: HttpRequest, form_class: type[ErrandForm], campus: Campus) -> dict:
    """What the form holds before anything is typed."""
    return {**_plain(form_class(campus=campus)), **_usual(request, KINDS[form_class.kind], campus)}


def _usual(request: HttpRequest, kind: OrderKind, campus: Campus) -> dict:
    """What this person usually says: the own door, the station of the last parcel."""
    initial: dict = {}
    address = Address.objects.filter(user=request.user, is_default=True).first()
    if address and kind.starts_at_home:
        initial = {"dropoff": address.place_id, "dropoff_detail": address.detail}
    return initial | kind.initial(request.user, campus)


def _offer(request: HttpRequest, form: ErrandForm) -> Offer:
    balance = money.balance(Account.Kind.WALLET, user=request.user)
    errand = form.request()
    quote, token, reason = None, "", ""
    if errand.dropoff is None:
        reason = _("The price appears as soon as the place is chosen.")
    elif KINDS[form.kind].fee_by_customer and not errand.fee_offer_fen and not errand.asks_bids:
        reason = _("The price appears as soon as you offer a fee.")
    else:
        try:
            quote = services.quote(errand)
            token = quoting.sign_quote(quote, errand)
        except Invalid as error:
            reason = str(error)
    chosen = form.data.get("gateway", "")
    outside = browsers.cashiers(request)
    if quote and balance < quote.total_fen and outside and chosen not in outside:
        chosen = outside[0]
    return Offer(
        quote, token, reason, balance, chosen or Payment.Gateway.WALLET, errand.window_start,
        availability.of_request(errand, request.user) if quote else None,
        errand.give_up_minutes or form.fields["give_up"].initial, errand.campus,
    )  # fmt: skip


def _forced(form: ErrandForm) -> dict:
    """What the zone of the door decides about the courier."""
    dropoff = form.cleaned_data.get("dropoff")
    admits = dropoff.zone.admits if dropoff and dropoff.zone_id else Admits.ANY
    return {
        "forced": admits if admits != Admits.ANY else "",
        "forced_zone": dropoff.zone if dropoff else None,
    }


def _page(
    request: HttpRequest, form: ErrandForm, *, photos_wrong: str = "", status: int = 200
) -> HttpResponse:
    kind = KINDS[form.kind]
    if form.is_bound:
        priced = form
    else:  # price what it starts with
        priced = type(form)({**_plain(form), **form.initial}, campus=form.campus)
        priced.is_valid()
    context = {
        "form": form,
        "kind": kind,
        "offer": _offer(request, priced),
        "addresses": Address.objects.filter(user=request.user).select_related("place")[:6],
        "thumbnails": drafts.thumbnails(request, kind.name),
        "photos_wrong": photos_wrong,
        "max_photos": MAX_PHOTOS,
        "has_draft": not form.is_bound
        and bool(drafts.initial(request, kind.name))
        and not request.GET.get("again"),
        "tab": "home",
        "pauses": [pause for pause in active_pauses([form.campus]) if pause.kind in ("", kind.name)],
        **_forced(priced),
    }
    return render(request, "orders/new.html", context, status=status)


def _plain(form: ErrandForm) -> dict:
    """The fields' own initial values."""
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


def _order(request: HttpRequest, form: ErrandForm, kind: str) -> HttpResponse:
    photos = tuple(file for _ident, file in drafts.photos(request, kind))
    browsers.check(request, form.cleaned_data["gateway"])
    errand = form.request()
    found = availability.of_request(errand, request.user)
    is_nobody = found is not None and found.is_nobody
    if is_nobody and form.cleaned_data["somebody"]:
        raise Invalid(
            _("The last courier who may carry it has just gone off duty. Choose how long you would wait.")
        )
    order = services.place_order(
        actor=request.user,
        request=replace(errand, photos=photos, give_up_minutes=errand.give_up_minutes if is_nobody else None),
        gateway=form.cleaned_data["gateway"] or Payment.Gateway.WALLET,
        quote_token=form.cleaned_data["quote_token"],
        expected_fen=form.cleaned_data["expected_fen"],
        key=form.cleaned_data["key"],
    )
    drafts.forget(request, kind)
    _keep_first_address(request, order)
    if order.wants_bids:
        if not order.review_due_at:
            messages.success(request, _("Couriers have been asked. Their prices appear here."))
        return redirect("orders:detail", order.no)
    if order.status == Status.PENDING_PAYMENT and (payment := waiting_payment(request.user, order.no)):
        return redirect("payments:cashier", payment.no)
    if order.review_due_at:
        messages.info(request, _("Paid. An operator looks at it first."))
    else:
        messages.success(request, _paid(order))
    return redirect("orders:detail", order.no)


def _paid(order: Order) -> str:
    if order.give_up_at is None:
        return _("Paid. We are finding you a courier.")
    text = _("Paid. If nobody has accepted by %(time)s, everything comes back by itself.")
    return text % {"time": clock.hour_minute(order.give_up_at)}


def _keep_first_address(request: HttpRequest, order: Order) -> None:
    """A newcomer's door, so that the next order begins with it."""
    if not KINDS[order.kind].starts_at_home or Address.objects.filter(user=request.user).exists():
        return
    save_address(user=request.user, place=order.dropoff, detail=order.dropoff_detail)
    messages.info(request, _("We keep this address for your next order; you can change it under Me."))
