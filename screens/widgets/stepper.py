"""Where is my booking: its way in one line, what is behind it, where it is, what is to come.

May be imported by screens; it is told labels and states.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from screens.widgets.text import TONES, Tone, clean, toned

StepState = Literal["done", "now", "todo", "failed", "skipped"]

STEP_LOOKS: Final[dict[StepState, tuple[str, Tone]]] = {
    "done": ("✓", "good"),
    "now": ("●", "accent"),
    "todo": ("○", "muted"),
    "failed": ("✕", "bad"),
    "skipped": ("–", "muted"),
}


class Stepper(Widget):
    """One line of steps; when narrow, glyphs for all and words only for where it is."""

    DEFAULT_CSS = """
    Stepper {
        height: 1;
        padding: 0 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    steps: reactive[tuple[tuple[str, StepState], ...]] = reactive(())

    def __init__(
        self,
        steps: Sequence[tuple[str, StepState]] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Show these steps: label and state of each."""
        super().__init__(id=id, classes=classes)
        self.set_reactive(Stepper.steps, tuple(steps))

    def set_steps(self, steps: Sequence[tuple[str, StepState]]) -> None:
        """Show other steps."""
        self.steps = tuple(steps)

    def render(self) -> Content:
        """Compose the line in the longest form that fits."""
        return way(self.steps, self.size.width)


def way(steps: Sequence[tuple[str, StepState]], width: int) -> Content:
    """The steps as one line of text: in words if they fit, else glyphs for all and words only for where it is."""
    long = toned(" ─ ", "muted").join([_step(label, state) for label, state in steps])
    if long.cell_length <= width:
        return long
    short = toned("─", "muted").join([_step("", state) for _, state in steps])
    here = max((at for at, (_, state) in enumerate(steps) if state not in {"todo", "skipped"}), default=0)
    word = f"  {clean(steps[here][0])} {here + 1}/{len(steps)}" if steps else ""
    return short + Content(word)


def _step(label: str, state: StepState) -> Content:
    glyph, tone = STEP_LOOKS[state]
    text = clean(f"{glyph} {label}" if label else glyph)
    if state == "now":
        return Content.styled(text, f"bold {TONES[tone]}")
    return toned(text, tone)
