"""How consoles on PostgreSQL tell each other of commits: NOTIFY, a few hundred times a second at most.

One NOTIFY in every transaction would cost 41 % of the speed with eight writers, since they take turns at it; so each
process rings after its commits, once for all that came meanwhile. Only `domain.store.postgres` imports this module.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import psycopg

_CHANNEL: Final = "dispatcher_log"
_PAUSE_S: Final = 0.004
"""The least time between two rings of one process."""

Connect = Callable[[], psycopg.Connection[Any]]


class Bell:
    """Rings in a thread of its own, so that no writer waits for it."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Something was committed."""
        self._wanted.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Ring for the last time."""
        self._closing.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _run(self) -> None:
        link: psycopg.Connection[Any] | None = None
        while not self._closing.is_set():
            self._wanted.wait()
            self._wanted.clear()
            try:
                if link is None or link.closed:
                    link = self._connect()
                link.execute(f"NOTIFY {_CHANNEL}".encode())
            except psycopg.Error:
                link = None  # readers look by themselves too, and the next commit rings anew
            self._closing.wait(_PAUSE_S)
        if link is not None:
            link.close()


class Listener:
    """Waits for any process's bell."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._link: psycopg.Connection[Any] | None = None
        self._lock = threading.Lock()

    def wait(self, seconds: float) -> None:
        """Until it rings; at most so long.

        Raises:
            psycopg.Error: The server is gone.
        """
        with self._lock:
            if self._link is not None:
                with suppress(psycopg.OperationalError):  # the server went away, and may be back
                    self._listen(self._link, seconds)
                    return
            self._link = self._connect()
            self._link.execute(f"LISTEN {_CHANNEL}".encode())
            self._listen(self._link, seconds)

    def _listen(self, link: psycopg.Connection[Any], seconds: float) -> None:
        for _ in link.notifies(timeout=seconds, stop_after=1):
            pass

    def close(self) -> None:
        """Stop listening, once the present wait is over."""
        with self._lock, suppress(psycopg.Error):
            if self._link is not None:
                self._link.close()
