"""What happens to couriers when people and applications change."""

from core.outbox import on
from couriers import services


@on("accounts.barred")
def person_barred(event: dict) -> None:
    services.stop_barred(user_pk=event["user"])


@on("couriers.application_decided")
def photos_are_not_needed_any_more(event: dict) -> None:
    services.delete_documents()
