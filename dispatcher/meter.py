"""The progress line of a long command: on a terminal only, on standard error.

The shell's modules import it.
"""

import sys
import time

_REPAINT_S = 0.1
"""It is repainted at most ten times a second."""


class Meter:
    """How far it is."""

    def __init__(self) -> None:
        self._on = sys.stderr is not None and sys.stderr.isatty()
        self._painted_at = 0.0
        self._painted = False

    def show(self, done: int, of: int, what: str) -> None:
        """Paint `done of of what` with its share."""
        if not self._on or time.monotonic() - self._painted_at < _REPAINT_S:
            return
        self._painted_at = time.monotonic()
        self._painted = True
        sys.stderr.write(f"\r\x1b[K{done:,} of {of:,} {what}  {100 * done // of if of else 100} %")
        sys.stderr.flush()

    def wipe(self) -> None:
        """Take it away, before something else is printed."""
        if self._painted:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._painted = False
