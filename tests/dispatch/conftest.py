"""The fixtures of delivery: open jobs, couriers on their way, a relay station."""

from tests.delivery.conftest import *  # noqa: F403
