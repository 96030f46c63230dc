"""The Admin screen.

Only the program's root imports this module.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from screens.actions import bindings_for
from screens.frame import Frame


class AdminScreen(Frame):
    """The Admin screen."""

    PLACE = "admin"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("admin")]
