"""Events that only tests emit: of no installed app, so neither checks nor docs/events.md know them."""

from core.events import Event


class Said(Event, name="test.said"):
    """A test says something."""

    n: int = 0
    fails: bool = False


class Answered(Event, name="test.answered"):
    """A handler of Said answers."""

    n: int
