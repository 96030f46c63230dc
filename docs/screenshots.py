"""Draws the pictures in docs/ anew: the demo in a real terminal, its screen written as SVG.

Run it with `make screenshots`. Names and addresses are the demo's inventions.
"""

import io
import itertools
import re
import sys
from pathlib import Path

from pyte.screens import Char
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.terminal import Terminal, dispatcher  # noqa: E402

SHOTS: dict[str, tuple[str, ...]] = {
    "desk": ("1", "down"),
    "bookings": ("2",),
    "providers": ("3",),
    "admin": ("7",),
    "log": ("8",),
}
"""File name → the keys that lead to the screen."""

_ANSI = {"brown": "yellow", "brightbrown": "bright_yellow"}


def _colour(name: str) -> str | None:
    if name == "default":
        return None
    if len(name) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in name):
        return f"#{name}"
    return _ANSI.get(name, name.replace("bright", "bright_", 1) if name.startswith("bright") else name)


def _style(cell: Char) -> Style:
    return Style(
        color=_colour(cell.fg),
        bgcolor=_colour(cell.bg),
        bold=cell.bold,
        reverse=cell.reverse,
        underline=cell.underscore,
    )


def picture(terminal: Terminal, title: str) -> str:
    """The screen as it stands, as SVG."""
    screen = terminal.screen
    console = Console(
        record=True, width=screen.columns, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    for number in range(screen.lines):
        line = Text(no_wrap=True, end="")
        cells = (screen.buffer[number][column] for column in range(screen.columns))
        for style, run in itertools.groupby(cells, _style):
            # Blanks at the ends of a run stand alone: not every viewer of SVG gives them their width.
            for part in re.split(r"( {2,}|^ +| +$)", "".join(cell.data for cell in run)):
                line.append(part, style)
        console.print(line)
    return console.export_svg(title=title, theme=DIMMED_MONOKAI, unique_id="dispatcher")


def main() -> None:
    """One demo, one picture for each screen."""
    with Terminal(dispatcher("demo", "--seed", "7", "--as", "admin:ana"), columns=160, rows=45) as terminal:
        terminal.until("live")
        terminal.settle(1.0, 6.0)
        for name, keys in SHOTS.items():
            terminal.press(*keys)
            terminal.settle(0.5, 3.0)
            (HERE / f"{name}.svg").write_text(picture(terminal, f"Dispatcher – {name}"), encoding="utf-8")
            print(f"docs/{name}.svg")
        terminal.press("ctrl+q")


if __name__ == "__main__":
    main()
