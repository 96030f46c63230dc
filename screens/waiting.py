"""Says quietly that an answer is awaited, once that takes so long that somebody wonders.

Used by `spoken.SpokenScreen`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual.dom import DOMNode

if TYPE_CHECKING:
    from textual.timer import Timer

    from screens.widgets.line import ResultLine

SAID_AFTER_S: Final = 0.3
"""Nearly every answer is there before; a word that flashes by would only disturb."""


class Waiting:
    """How long the oldest of the lines that have no answer yet has waited; it stands on the result line."""

    def __init__(self, owner: DOMNode, result: Callable[[], ResultLine]) -> None:
        """Prepare it.

        Args:
            owner: Whose timer it is.
            result: Where it is said.
        """
        self._owner = owner
        self._result = result
        self._began: list[float] = []
        self._said = ""
        self._timer: Timer | None = None

    @contextmanager
    def told(self) -> Iterator[None]:
        """While this is open, an answer is awaited."""
        began = monotonic()
        self._began.append(began)
        if self._timer is None:
            self._timer = self._owner.set_interval(SAID_AFTER_S, self._tell)
        try:
            yield
        finally:
            self._began.remove(began)
            if not self._began:
                self.hush()

    def hush(self) -> None:
        """Say no more: there is an answer, or something better is told meanwhile."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._owner.is_attached and self._result().answer[1] == self._said:
            self._result().clear()
        self._said = ""

    def _tell(self) -> None:
        waited_s = int(monotonic() - min(self._began))
        since = f", {waited_s} s" if waited_s else ""
        self._said = f"waiting for the answer{since} … what you type is kept"
        self._result().show("info", self._said)
