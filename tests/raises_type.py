"""`@pytest.mark.raises_type("overdue", …)`: a test that raises exceptions of these types through their real triggers.
docs/exception-matrix.md rests on it."""

import pytest


def pytest_generate_tests(metafunc):
    """A test that is marked to raise several types and takes a `code` runs for each of them."""
    mark = metafunc.definition.get_closest_marker("raises_type")
    if mark and "code" in metafunc.fixturenames:
        metafunc.parametrize("code", mark.args)


@pytest.fixture(autouse=True)
def raised(request):
    """What a test is marked to raise has been raised when it ends."""
    mark = request.node.get_closest_marker("raises_type")
    if mark is None:
        yield
        return
    from exceptions.models import Ticket

    request.getfixturevalue("db")
    yield
    params = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    codes = {params["code"]} if "code" in params else set(mark.args)
    assert codes & set(Ticket.objects.values_list("type_id", flat=True))
