"""The Provider screen.

Only the program's root imports this module.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from screens.actions import bindings_for
from screens.frame import Frame


class ProviderScreen(Frame):
    """The Provider screen."""

    PLACE = "provider"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("provider")]
