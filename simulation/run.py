"""Keeps the demo alive: one thread that lets the virtual people of the demo campus act every few seconds."""

import logging
import threading
from random import Random

from django.db import close_old_connections

from campus.models import Campus
from campus.services import load_demo_campus
from core import clock
from simulation.life import Life, Pace

logger = logging.getLogger(__name__)
PERIOD = 3.0


def start(stop: threading.Event) -> threading.Thread:
    """Start the life of the demo campus in a daemon thread; it ends when `stop` is set."""
    thread = threading.Thread(target=_live, args=(stop,), name="virtual-life", daemon=True)
    thread.start()
    return thread


def send_home() -> None:
    """The demo without its virtual people: those of the history, or of an earlier start, are off duty."""
    Life(load_demo_campus(), Random(), Pace()).go_home()


def _live(stop: threading.Event) -> None:
    life = None
    while not stop.wait(PERIOD):
        try:
            if life is None:
                life = Life(load_demo_campus(), Random(), Pace())
                life.open_up()
            if Campus.objects.filter(pk=life.campus.pk, is_active=True).exists():
                life.campus.refresh_from_db(fields=["weather", "version"])
                life.step(clock.now())
        except Exception:  # a fault in the play must not end it, nor touch the real processes
            logger.exception("virtual life stumbled")
        finally:
            close_old_connections()
