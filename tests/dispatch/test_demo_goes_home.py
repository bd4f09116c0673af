"""The demo without its virtual people: nobody is on duty who would not answer what they are offered."""

from random import Random

from dispatch import services
from dispatch.models import OfferPause
from simulation.life import Life, Pace
from tests import factories


def test_virtual_couriers_go_off_duty_but_who_carries_stays(campus, open_job, courier_zhao, courier_qian):
    idle = factories.CourierFactory(campus=campus, user__is_virtual=True)
    courier_zhao.user.is_virtual = True
    courier_zhao.user.save()
    services.grab(leg=open_job(), courier=courier_zhao, actor=courier_zhao.user)
    assert all(courier.on_duty for courier in (courier_zhao, courier_qian, idle))
    Life(campus, Random(1), Pace()).go_home()
    for courier in (courier_zhao, courier_qian, idle):
        courier.refresh_from_db()
    assert courier_zhao.on_duty  # the goods are in his hands
    assert list(OfferPause.objects.values_list("courier", flat=True)) == [courier_zhao.pk]
    assert courier_qian.on_duty  # a visitor's switch is the visitor's
    assert not idle.on_duty
