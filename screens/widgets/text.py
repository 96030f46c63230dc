"""Makes any text safe, plain and as wide as it may be: what people typed is shown, never obeyed.

May be imported by every widget and screen; imports nothing of ours.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from rich.cells import cell_len, split_text
from rich.text import Text
from textual.content import Content

Tone = Literal["plain", "muted", "good", "warn", "bad", "accent"]
"""How a value feels. A tone only colours: the glyph and the word beside it carry the meaning."""

Cell = str | Content | Text
"""Text for one place on the screen; a `str` is always plain, never markup."""

TONES: Final[dict[Tone, str]] = {
    "plain": "",
    "muted": "$foreground-muted",
    "good": "$text-success",
    "warn": "$text-warning",
    "bad": "bold $text-error",
    "accent": "$text-accent",
}
"""The style of each tone, in theme variables: light, dark, NO_COLOR and 16 colours follow the theme."""

ELLIPSIS: Final = "…"

# C0, DEL and C1; line and paragraph separators; bidirectional embeddings, overrides and isolates (they reorder what
# stands beside them: CVE-2021-42574). Joiners and plain direction marks stay: some letters need them.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_JOINING: Final = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d(?=[\u2600-\u27bf\U0001f000-\U0001faff])")
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")  # cannot be encoded: writing one would end the program


def clean(text: str) -> str:
    """Replace what a terminal would obey by spaces, one for one, so that positions in the text stay valid.

    Args:
        text: Any text.

    Returns:
        Text of the same length that can be put on the screen.
    """
    if text.isprintable():
        return text
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _UNSAFE.sub(" ", text))


def shown(text: str) -> str:
    """Make any text clean, and as wide on every terminal.

    What only makes one picture of several is left out, since terminals disagree about its width and columns would
    shift: a family is shown as its people, a coloured hand as a hand. Letters are never touched.
    """
    return clean(text if text.isascii() else _JOINING.sub("", text))


def width_of(text: str) -> int:
    """Count the terminal cells that a text takes."""
    return cell_len(text)


def cut(text: str, width: int) -> str:
    """Shorten a text to so many cells, ending in an ellipsis; a wide character is never halved.

    Args:
        text: Safe text.
        width: The cells there are.

    Returns:
        The text itself when it fits, else its beginning and `…`, never wider than `width`.
    """
    if width <= 0:
        return ""
    # No character takes more than two cells, and a hopelessly long text need not be measured to its end.
    if len(text) <= width * 8 and cell_len(text) <= width:
        return text
    kept = split_text(text[: width * 8], width - 1)[0]
    return kept.rstrip() + ELLIPSIS


def fit(text: str, width: int, align: Literal["left", "right", "center"] = "left") -> str:
    """Cut or pad a text to exactly so many cells."""
    text = cut(text, width)
    space = max(0, width - cell_len(text))
    if align == "right":
        return " " * space + text
    if align == "center":
        return " " * (space // 2) + text + " " * (space - space // 2)
    return text + " " * space


def plain(text: str) -> Content:
    """Make content of what somebody typed: no markup, no control characters."""
    return Content(shown(text))


def toned(text: str, tone: Tone) -> Content:
    """Make plain content in a tone."""
    return Content.styled(shown(text), TONES[tone]) if TONES[tone] else plain(text)


def as_content(cell: Cell) -> Content:
    """Make safe content of any cell, keeping its styles."""
    if isinstance(cell, str):
        return plain(cell)
    content = Content.from_rich_text(cell) if isinstance(cell, Text) else cell
    safe = clean(content.plain)
    return content if safe == content.plain else Content(safe, list(content.spans))


def same(one: Cell, other: Cell) -> bool:
    """Say whether two cells look the same (content compares its text only)."""
    if isinstance(one, Content) and isinstance(other, Content):
        return one.is_same(other)
    return type(one) is type(other) and one == other
