"""Merchants: who owns a shop, and where its money goes."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.personal import blocks_erasure
from catalog.models import Merchant
from core.personal_data import Erasure, Reader, erases, not_personal, personal

personal(
    "catalog.Merchant_owners", "user", about="user",
    purpose=_("to know whose shop it is"),
    readers=(Reader.PERSON, Reader.OPERATORS), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "catalog.Merchant", "payee_holder payee_account payee_bank",
    purpose=_("to pay the shop what it sold"),
    readers=(Reader.FINANCE,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "catalog.CommissionRule", "published_by",
    purpose=_("to know who set a rule"),
    readers=(Reader.OPERATORS,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
not_personal("catalog.Merchant.name", "catalog.Merchant.name_en", "catalog.CommissionRule.reason")


@blocks_erasure
def owns_a_shop(user) -> str:
    open_shops = Merchant.objects.filter(owners=user, status=Merchant.Status.ACTIVE)
    return (
        gettext("You run a shop. Have the campus team close it or hand it over first.") if open_shops else ""
    )


@erases
def leave_shops(user) -> None:
    """A shop that nobody else owns keeps no account to pay into."""
    for shop in Merchant.objects.filter(owners=user):
        if not shop.owners.exclude(pk=user.pk).exists():
            Merchant.objects.filter(pk=shop.pk).update(payee_holder="", payee_account="", payee_bank="")
