"""Wrong guesses are counted in the database, whatever becomes of the transaction in which they were made."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from core import attempts
from core.errors import Invalid
from core.models import AttemptCount

HOUR = timedelta(hours=1)


def guess(right: bool, key="door", most=2):
    with attempts.counted(key, most=most, lasts=HOUR) as attempt, transaction.atomic():
        if not attempt.allowed:
            raise Invalid("too often")
        if not right:
            raise attempt.wrong("not right")


@pytest.mark.django_db(transaction=True)
def test_a_wrong_one_counts_though_its_transaction_is_rolled_back():
    for _turn in range(2):
        with pytest.raises(Invalid, match="not right"):
            guess(right=False)
    with pytest.raises(Invalid, match="too often"):
        guess(right=True)
    guess(right=True, key="another door")


def test_right_ones_do_not_count(db):
    for _turn in range(5):
        guess(right=True)
    assert AttemptCount.objects.get().count == 0


def test_another_failure_in_the_block_is_no_guess(db):
    with pytest.raises(ZeroDivisionError), attempts.counted("door", most=2, lasts=HOUR):
        raise ZeroDivisionError
    assert AttemptCount.objects.get().count == 0


def test_it_is_forgotten_after_its_time(db, simulated_clock):
    for _turn in range(2):
        with pytest.raises(Invalid):
            guess(right=False)
    simulated_clock.advance(hours=1)
    guess(right=True)
    simulated_clock.advance(days=3)
    assert attempts.tidy() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_only_so_many_are_looked_at():
    looked_at, start = [], threading.Barrier(8)

    def one():
        try:
            start.wait()
            with attempts.counted("door", most=3, lasts=HOUR) as attempt:
                if attempt.allowed:
                    looked_at.append(1)
                    raise attempt.wrong("no")
        except Invalid:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 3
