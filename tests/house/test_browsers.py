"""A browser that does not answer any more stops no run of tests."""

import os
import signal

import pytest

from tests.browsers import closing_anyway, pids

pytestmark = pytest.mark.browser


def test_a_browser_that_does_not_close_is_killed_and_replaced(browsers):
    stuck = browsers.get()
    context = stuck.new_context()
    context.new_page()
    for pid in pids():
        os.kill(pid, signal.SIGSTOP)
    with closing_anyway(patience=1):
        context.close()
    assert not stuck.is_connected()
    page = browsers.get().new_page()
    page.set_content("<p>here</p>")
    assert page.text_content("p") == "here"
    page.close()
