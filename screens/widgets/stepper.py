"""Where is my booking: its way in one line, what is behind it, where it is, what is to come.

May be imported by screens; it is told labels and states.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from textual.content import Content

from screens.widgets.text import TONES, Tone, clean, toned

StepState = Literal["done", "now", "todo", "failed", "skipped"]

STEP_LOOKS: Final[dict[StepState, tuple[str, Tone]]] = {
    "done": ("✓", "good"),
    "now": ("●", "accent"),
    "todo": ("○", "muted"),
    "failed": ("✕", "bad"),
    "skipped": ("–", "muted"),
}


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
