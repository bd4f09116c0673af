"""What happens to couriers when people and applications change."""

from accounts.events import PersonBanned
from core.events import subscribe
from couriers import services
from couriers.events import ApplicationDecided


@subscribe(PersonBanned)
def person_barred(event: PersonBanned) -> None:
    """Stop the work of a courier who was banned."""
    services.stop_barred(user_pk=event.user)


@subscribe(ApplicationDecided)
def photos_are_not_needed_any_more(event: ApplicationDecided) -> None:
    """Delete the photos of decided applications."""
    services.delete_documents()
