"""The page of a campus's prices as a sheet."""

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from campus.models import Campus
from core.admin import campuses_with, scoped
from core.errors import DomainError
from core.sheets import FORMATS, Unreadable, download
from orders.price_sheets.comparing import PriceSheet, columns, price_rows, read_prices
from orders.price_sheets.drafts import save_price_drafts, sign_prices

if TYPE_CHECKING:
    from core.versioned_admin import DraftsAdmin as _Admin
else:
    _Admin = object


class UploadForm(forms.Form):
    """Which campus, and its prices."""

    campus = forms.ModelChoiceField(Campus.objects.none(), label=gettext_lazy("campus"), empty_label=None)
    file = forms.FileField(label=gettext_lazy("file"), help_text=gettext_lazy("As .xlsx or .csv."))

    def __init__(self, *args, campuses, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campus"].queryset = campuses


class SaveForm(forms.Form):
    """What was shown, and why it is to be so."""

    campus = forms.ModelChoiceField(Campus.objects.none())
    signed = forms.CharField()
    reason = forms.CharField(label=gettext_lazy("why this version"), max_length=200, required=False)

    def __init__(self, *args, campuses, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campus"].queryset = campuses


class PriceSheetPage(_Admin):
    """Put before the admin class of price rules."""

    @action(
        description=gettext_lazy("As a sheet"), icon="table_view", url_path="sheet/", permissions=["change"]
    )
    def sheet(self, request: HttpRequest) -> HttpResponse:
        """Download the prices, upload others and see what they would change, keep those as drafts."""
        campuses = scoped(Campus.objects.all(), campuses_with(request, self.change_roles), "pk").order_by(
            "code"
        )
        if not campuses:
            raise PermissionDenied
        wanted = request.GET.get("campus", "")
        campus = next((one for one in campuses if one.code == wanted), campuses[0])
        if request.GET.get("format") in FORMATS:
            return _file(campus, request.GET["format"])
        if "signed" in request.POST:
            return self._save(request, campuses, campus)
        form = UploadForm(
            request.POST or None, request.FILES or None, campuses=campuses, initial={"campus": campus.pk}
        )
        sheet, signed = None, ""
        if form.is_valid():
            campus = form.cleaned_data["campus"]
            try:
                sheet = read_prices(campus, form.cleaned_data["file"])
            except Unreadable as error:
                form.add_error("file", str(error))
            else:
                signed = sign_prices(campus, sheet) if sheet.kinds and not sheet.problems else ""
        return self._page(request, campuses, campus, form, sheet, SaveForm(campuses=campuses), signed)

    def _save(self, request: HttpRequest, campuses, campus: Campus) -> HttpResponse:
        form = SaveForm(request.POST, campuses=campuses)
        again = UploadForm(campuses=campuses, initial={"campus": campus.pk})
        if not form.is_valid():
            return self._page(request, campuses, campus, again, None, form, request.POST.get("signed", ""))
        campus = form.cleaned_data.pop("campus")
        try:
            drafts = save_price_drafts(campus=campus, **form.cleaned_data)
        except DomainError as error:
            again = UploadForm(campuses=campuses, initial={"campus": campus.pk})
            self.message_user(request, str(error), "error")
            return self._page(request, campuses, campus, again, None, form, "", status=error.status)
        for draft in drafts:
            self.log_change(request, draft, _("Draft from a sheet"))
        text = ngettext(
            "%(n)d draft is kept. Nothing costs anything else before it is live: choose it and make it live.",
            "%(n)d drafts are kept. Nothing costs anything else before they are live: choose them and make them live.",
            len(drafts),
        )
        self.message_user(request, text % {"n": len(drafts)}, "success")
        return redirect(f"{reverse('admin:orders_pricerule_changelist')}?versions=drafts")

    def _page(
        self, request: HttpRequest, campuses, campus: Campus, form: UploadForm, sheet: PriceSheet | None,
        save_form: SaveForm, signed: str, status: int = 200,
    ) -> HttpResponse:  # fmt: skip
        context = {
            **self.admin_site.each_context(request),
            "title": _("Prices as a sheet"),
            "opts": self.opts,
            "campuses": campuses,
            "campus": campus,
            "form": form,
            "sheet": sheet,
            "save_form": save_form,
            "signed": signed,
        }
        wrong = form.errors or save_form.errors or (sheet and sheet.problems)
        return render(request, "admin/orders/price_sheet.html", context, status=422 if wrong else status)


def _file(campus: Campus, format: str) -> HttpResponse:
    headers = [str(column.label) for column in columns()]
    return download(f"prices-{campus.code}", format, headers, price_rows(campus))
