"""Realtime: pages that are open learn within a second that something changed.

`broadcast("order.K7Q2", "order", id="K7Q2", v=17)` sends the frame {"t": "order", "id": "K7Q2", "v": 17} to every
socket in the group once the transaction has committed. A frame is a hint: pages catch up by themselves, so a
frame that cannot be sent is logged and forgotten, and never fails the work that caused it.

Groups: ``user.<id>``, ``order.<no>``, ``track.<no>`` (positions: for the customer only), ``ticket.<no>``, ``hall.<campus id>``, ``console.<campus id>``,
``shelf.<station id>``.
A page may listen to the groups that its signed token names (`live_token`), and to no others.

`publish` sends, `tokens` says who may listen, `consumer` is the socket of a page, `hub` delivers to the sockets of a
process, `claims` asks whether the sessions behind them go on.
"""

from core.realtime.publish import broadcast, broadcast_now, groups_with_listeners
from core.realtime.tokens import SESSION_REF, Claim, check_token, end_pages, live_token, page_token

__all__ = [
    "SESSION_REF",
    "Claim",
    "broadcast",
    "broadcast_now",
    "check_token",
    "end_pages",
    "groups_with_listeners",
    "live_token",
    "page_token",
]
