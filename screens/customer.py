"""The Customer screen.

Only the program's root imports this module.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from screens.actions import bindings_for
from screens.frame import Frame


class CustomerScreen(Frame):
    """The Customer screen."""

    PLACE = "customer"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("customer")]
