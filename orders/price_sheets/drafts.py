"""Prices from a sheet become drafts: exactly those that somebody was shown, and only while what they replace is live."""

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from campus.models import Campus
from core.errors import WrongState
from core.versioning import save_draft
from orders.models import PriceRule
from orders.price_sheets.comparing import PriceSheet

_SALT = "orders.price_sheet"
_SECONDS = 24 * 3600


def sign_prices(campus: Campus, sheet: PriceSheet) -> str:
    """What a preview has shown, for the form below it."""
    kinds = [
        (change.kind.value, change.live.pk if change.live else None, change.figures) for change in sheet.kinds
    ]
    return signing.dumps([campus.pk, kinds], salt=_SALT, compress=True)


@transaction.atomic
def save_price_drafts(*, campus: Campus, signed: str, reason: str = "") -> list[PriceRule]:
    """Keep each kind of a preview as the draft of its price rule: all of them, or none.

    Raises WrongState when the preview is too old, of another campus, or not about what is live any more.
    """
    try:
        pk, kinds = signing.loads(signed, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        pk, kinds = None, []
    if pk != campus.pk:
        raise WrongState(_("This preview is too old. Please upload the sheet again."))
    drafts = []
    for kind, live, figures in kinds:
        rule = PriceRule(campus=campus, kind=kind, reason=reason, **figures)
        drafts.append(save_draft(rule))
        now_live = (
            PriceRule.objects.live().filter(campus=campus, kind=kind).values_list("pk", flat=True).first()
        )
        if now_live != live:
            raise WrongState(_("The prices have changed meanwhile. Please upload the sheet again."))
    return drafts
