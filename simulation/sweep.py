"""What beat does each second, all at once: for clocks that are turned by hand."""

from datetime import timedelta

import payments.services as money
from core import clock, outbox
from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.detection import scanner
from exceptions.tickets.services import close_resolved, renew_promises
from orders import services as orders


def sweep() -> None:
    """Scan, deliver, expire, release, complete and close, as at this moment."""
    scanner.scan(clock.now())
    outbox.drain(limit=100_000)
    dispatch.expire_offers()
    delivery.split_waiting()
    orders.expire_unpaid()
    orders.cancel_unaccepted()
    orders.release_scheduled()
    orders.refuse_overdue_reviews()
    orders.complete_delivered()
    orders.release_earnings()
    money.send_withdrawals()
    money.settle_day(clock.today() - timedelta(days=1))
    close_resolved()
    renew_promises()
    outbox.drain(limit=100_000)
