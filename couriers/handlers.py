"""What happens to couriers when people and applications change."""

from accounts.events import PersonBanned
from core.events import subscribe
from couriers import services
from couriers.events import ApplicationDecided


@subscribe(PersonBanned)
def stop_banned_courier(event: PersonBanned) -> None:
    """Stop the work of a courier who was banned."""
    services.stop_banned(user_pk=event.user)


@subscribe(ApplicationDecided)
def delete_photos_of_decided(event: ApplicationDecided) -> None:
    """Delete the photos of decided applications."""
    services.delete_documents()
