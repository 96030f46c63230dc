"""The Providers screen.

Only the program's root imports this module.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from screens.actions import bindings_for
from screens.frame import Frame


class ProvidersScreen(Frame):
    """The Providers screen."""

    PLACE = "providers"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("providers")]
