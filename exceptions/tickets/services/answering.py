"""What customer and courier do with a ticket of theirs."""

from collections.abc import Iterable

from django.core.files.base import File
from django.utils.translation import gettext as _

from accounts.models import Actor, User
from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from exceptions.models import Evidence, Party, Ticket, TicketEvent, TicketStatus
from exceptions.tickets.lifecycle import lock_ticket, save_transition
from exceptions.tickets.selectors import party_of
from exceptions.tickets.services.reporting import MAX_PHOTOS


def answer(*, ticket: Ticket, actor: Actor, text: str, photos: Iterable[File] = ()) -> TicketEvent:
    """Say something about a ticket: the answer, if this party has been asked, otherwise something to add."""
    photos = list(photos)
    with lock_ticket(ticket.pk) as ticket:
        party = party_of(ticket, actor)
        if party is None:
            raise NotAllowed
        if not ticket.is_pending:
            raise WrongState(_("It is settled. If something is still wrong, open it again."))
        if not text.strip() and not photos:
            raise Invalid(_("Write something or add a photo."))
        if len(photos) > MAX_PHOTOS:
            raise Invalid(_("At most %(n)s photos.") % {"n": MAX_PHOTOS})
        for photo in photos:
            Evidence.objects.create(ticket=ticket, by=actor, image=photo, created_at=clock.now())
        asked = ticket.status == TicketStatus.WAITING_PARTY and ticket.asked_party == party
        if asked:
            ticket.work()
        kind = "answered" if asked else "said"
        data = {"photos": len(photos)} if photos else {}
        return save_transition(ticket, kind, actor=actor, role=party, text=text, data=data, audience=party)


def rate(*, ticket: Ticket, actor: User, stars: int) -> Ticket:
    """One tap: how it was handled, 1 to 5. By the customer, or whoever reported it; it may be changed."""
    with lock_ticket(ticket.pk) as ticket:
        party = party_of(ticket, actor)
        if party is None or (party != Party.CUSTOMER and ticket.reporter_id != actor.pk):
            raise NotAllowed
        if ticket.status not in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
            raise WrongState(_("It can be rated when it is settled."))
        if stars not in range(1, 6):
            raise Invalid
        if ticket.rating != stars:
            ticket.rating = stars
            save_transition(ticket, "rated", actor=actor, role=party, data={"stars": stars}, audience=party)
    return ticket
