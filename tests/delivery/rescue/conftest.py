"""Zhao's phone is dead, and Qian is sent to fetch what he has."""

import pytest

from delivery import services
from delivery.models import Leg, LegStatus
from dispatch import services as dispatch
from payments.models import Account
from payments.services import balance

WAITS, HANDED_ON = LegStatus.HANDING_ON, LegStatus.HANDED_ON


def earned(courier) -> int:
    return balance(Account.Kind.COURIER_EARNINGS, user=courier.user)


def show_code(leg: Leg, courier) -> str:
    return services.issue_handover_code(leg=leg, purpose="transfer", actor=courier.user).signed


@pytest.fixture
def first(open_job, carry, courier_zhao) -> Leg:
    """Zhao has Lin's parcel, and his phone is dead."""
    return carry(open_job(), courier_zhao, stages=2)


@pytest.fixture
def send(operator_wang, courier_qian, places):
    """send(giver, courier=Qian, **changes): she is sent to fetch it at the print shop. Returns her leg."""

    def rescue(giver: Leg, courier=courier_qian, **changes) -> Leg:
        facts = {"way": "meet", "where": places.print_shop.position, "reason": "his phone is dead"}
        found = dispatch.rescue(giver=giver, courier=courier, actor=operator_wang, **(facts | changes))
        return Leg.objects.get(pk=found.leg_id)

    return rescue
