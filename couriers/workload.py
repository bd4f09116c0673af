"""What couriers carry, as the app that knows tells it: delivery stands above and calls `use` when it is ready."""

from collections.abc import Iterable
from typing import Protocol


class Workload(Protocol):
    def carrying(self, couriers: Iterable[int]) -> dict[int, list[str]]:
        """{courier id: numbers of the orders whose goods they bring to the customer now} of those among them (ids) who
        carry anything: the list is empty for who is still on the way to fetch it. One query."""

    def carried_legs(self, courier: int) -> list[int]:
        """Ids of the legs in the courier's hands, in order."""


_workload: Workload | None = None


def use(workload: Workload) -> None:
    global _workload
    _workload = workload


def workload() -> Workload:
    if _workload is None:
        raise RuntimeError("Nobody has said what couriers carry: is delivery installed?")
    return _workload
