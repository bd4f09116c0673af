"""A Redis that is away: nobody listens, or somebody who takes the connection and never answers."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nobody() -> Iterator[str]:
    """The address of a port that refuses."""
    with socket.socket() as held:  # bound, so that nobody else gets it, and not listening
        held.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{held.getsockname()[1]}/0"


@contextmanager
def hanging() -> Iterator[str]:
    """The address of a port that accepts (the kernel does) and is silent, as a stopped process is."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
