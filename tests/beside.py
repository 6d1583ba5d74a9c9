"""What runs in threads of its own beside a test, and ends with it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import BaseServer


@contextmanager
def served(server: BaseServer) -> Iterator[None]:
    """Serve meanwhile."""
    with server, working(lambda _: server.serve_forever(0.01)):
        try:
            yield
        finally:
            server.shutdown()


@contextmanager
def working(*works: Callable[[threading.Event], object]) -> Iterator[None]:
    """Let each of these work meanwhile, until its event is set."""
    stopping = threading.Event()
    threads = [threading.Thread(target=one, args=(stopping,)) for one in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
