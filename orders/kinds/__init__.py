"""The kinds of orders, one module each: its form, what it is priced by, how it looks, what is said of it."""

from importlib import import_module

from orders.kinds.base import OrderKind

# One line a kind, in the order in which they are offered: its module, which has the class of that name in CamelCase.
NAMES = (
    "parcel",
    "purchase",
    "document",
    "queue",
    "haul",
    "custom",
    "takeaway",
)


def _load(name: str) -> OrderKind:
    kind: OrderKind = getattr(import_module(f"orders.kinds.{name}"), name.title().replace("_", ""))(name)
    return kind


KINDS: dict[str, OrderKind] = {name: _load(name) for name in NAMES}
# The names of those that customers order by filling in a form.
ERRANDS = [name for name, kind in KINDS.items() if kind.form_class]

__all__ = ["ERRANDS", "KINDS", "NAMES", "OrderKind"]
