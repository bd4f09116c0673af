"""The books, to look at: for finance and supervisors, each seeing what belongs to their campuses."""

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import ReadOnlyAdmin, ReadOnlyTabularInline, campuses_with
from core.money import yuan
from payments.admin.base import BOOKS, story_link
from payments.models import Account, Entry, Payment, Transfer


class EntryInline(ReadOnlyTabularInline):
    model = Entry
    campus_path = None
    fields = readonly_fields = ["account", "sum"]

    @display(description=_("amount"))
    def sum(self, entry):
        return yuan(entry.amount, sign=True)


class _BooksAdmin(ReadOnlyAdmin):
    """The books are for finance and supervisors, each seeing what belongs to their campuses."""

    view_roles = BOOKS
    campus_path = None

    def refs(self, campuses):
        return Payment.objects.filter(campus__in=campuses).values("ref")

    def accounts(self, campuses):
        return Account.objects.filter(
            Q(campus__in=campuses)
            | Q(user__campus__in=campuses)
            | Q(kind=Account.Kind.ESCROW, ref__in=self.refs(campuses))
        )


@admin.register(Account)
class AccountAdmin(_BooksAdmin):
    list_display = ["code", "kind", "user", "campus", "ref", "sum", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["user", "campus"]
    search_fields = ["=code", "=ref", "=user__phone"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "code",
        "kind",
        "user",
        "campus",
        "ref",
        "sum",
        "guarded",
        "created_at",
        "moves",
    ]

    def get_queryset(self, request):
        campuses = campuses_with(request, BOOKS)
        queryset = super().get_queryset(request)
        return queryset if campuses is None else queryset.filter(pk__in=self.accounts(campuses).values("pk"))

    @display(description=_("balance"), ordering="balance")
    def sum(self, account):
        return yuan(account.balance)

    @display(description=_("last movements"))
    def moves(self, account):
        entries = account.entries.select_related("transfer").order_by("-id")[:50]
        return format_html_join(
            "",
            '<p><a href="{}">{}</a> · {} · {} · {}</p>',
            (
                (
                    reverse("admin:payments_transfer_change", args=[e.transfer_id]),
                    date_format(timezone.localtime(e.transfer.created_at), "m-d H:i"),
                    e.transfer.get_reason_display(),
                    e.transfer.ref or "—",
                    yuan(e.amount, sign=True),
                )
                for e in entries
            ),
        )


@admin.register(Transfer)
class TransferAdmin(_BooksAdmin):
    list_display = ["id", "reason", "ref", "note", "actor", "created_at", "story"]
    list_filter = ["reason"]
    list_select_related = ["actor"]
    search_fields = ["=key", "=ref", "=note"]
    date_hierarchy = "created_at"
    fields = readonly_fields = ["key", "reason", "ref", "note", "actor", "reverses", "created_at", "story"]
    inlines = [EntryInline]

    def get_queryset(self, request):
        campuses = campuses_with(request, BOOKS)
        queryset = super().get_queryset(request)
        if campuses is None:
            return queryset
        touched = Entry.objects.filter(account__in=self.accounts(campuses)).values("transfer")
        return queryset.filter(pk__in=touched)

    @display(description=_("story"))
    def story(self, transfer):
        return story_link(transfer.ref) if transfer.ref else "—"
