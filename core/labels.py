"""What the admin calls the fields that their models leave unnamed.

A model names what is its own; `created_at` and its like mean the same everywhere. Set on the loaded fields only, so
that no migration sees it.
"""

from django.apps import apps
from django.utils.translation import gettext_lazy as _

LABELS = {
    "account": _("account"),
    "actor": _("done by"),
    "amount": _("amount"),
    "amount_fen": _("amount (fen)"),
    "asked_party": _("asked party"),
    "attempts": _("attempts"),
    "balance": _("balance"),
    "by": _("done by"),
    "campus": _("campus"),
    "closed_at": _("closed at"),
    "code": _("code"),
    "courier": _("courier"),
    "couriers": _("couriers"),
    "created_at": _("created at"),
    "done_at": _("done at"),
    "due_at": _("due at"),
    "duty_since": _("on duty since"),
    "error": _("error"),
    "event": _("event"),
    "expires_at": _("expires at"),
    "failures": _("failures"),
    "first_at": _("first at"),
    "gateway": _("gateway"),
    "gateway_no": _("gateway's number"),
    "guarded": _("never below zero"),
    "handler": _("handler"),
    "key": _("request key"),
    "kind": _("kind"),
    "last_at": _("last at"),
    "lat": _("latitude"),
    "leg": _("leg"),
    "lon": _("longitude"),
    "measured_at": _("measured at"),
    "name": _("name"),
    "next_try_at": _("next try at"),
    "no": _("number"),
    "nonce": _("nonce"),
    "note": _("note"),
    "open_jobs": _("open jobs"),
    "order": _("order"),
    "outcome": _("outcome"),
    "paid_at": _("paid at"),
    "payload": _("content"),
    "payment": _("payment"),
    "payment_no": _("payment's number"),
    "points": _("points"),
    "price_rule": _("price rule"),
    "purpose": _("purpose"),
    "queries": _("queries"),
    "query_at": _("next query at"),
    "rating_count": _("ratings"),
    "rating_sum": _("stars in all"),
    "ready_at": _("ready at"),
    "reason": _("reason"),
    "ref": _("reference"),
    "refunded": _("refunded"),
    "reporter": _("reporter"),
    "responded_at": _("first answered at"),
    "reverses": _("reverses"),
    "revoked_at": _("revoked at"),
    "rule": _("rule"),
    "ruled_fen": _("by the rule (fen)"),
    "status": _("status"),
    "ticket": _("ticket"),
    "updated_at": _("updated at"),
    "user": _("person"),
    "version": _("version"),
    "zone": _("zone"),
}


def name_fields() -> None:
    for model in apps.get_models():
        if model.__module__.startswith(("django.", "allauth.")):
            continue
        for field in model._meta.local_fields:
            given = field._verbose_name  # type: ignore[attr-defined]  # `verbose_name` is made of the name by now
            if given is None and field.name in LABELS:
                field.verbose_name = LABELS[field.name]
