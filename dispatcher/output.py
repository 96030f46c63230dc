"""What the shell commands print: text that can do nothing to a terminal, or JSON, one object a line.

The shell commands import this module; it imports errors and the clock only.
"""

import codecs
import contextlib
import json
import os
import select
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from domain.clock import iso
from domain.errors import DispatchError, StoreUnavailable

_PICTURES = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_ALIKE = str.maketrans("─━│┃‖▌▎█●○◌◇◆▷▶▹»✓✕✗×■□✎−–—·…→←↶↑↓⌫★▲▼", "--|||||#*oo<>>>>>+xxx#o~---..><<^v<*^v")
"""What our own signs look like where the terminal has no character for them."""


def visible(text: str) -> str:
    """The text on one line, with each character that could steer a terminal as a picture of it or a �."""
    if text.isprintable():
        return text
    return "".join(
        "\ufffd" if unicodedata.category(character) in _HIDDEN or character in _BIDI else character
        for character in text.translate(_PICTURES)
    )


class Output:
    """The two streams of a command.

    Args:
        json: Whether answers, refusals too, are JSON objects on standard output.
    """

    def __init__(self, *, json: bool = False) -> None:
        self.json = json

    def text(self, text: str) -> None:
        """Print text, unless JSON is wanted; further lines of it are indented, so that none can pass for an answer."""
        if not self.json:
            _write(sys.stdout, text)

    def data(self, data: Mapping[str, Any]) -> None:
        """Print an object, if JSON is wanted."""
        if self.json:
            _write(sys.stdout, json.dumps(data, default=plain))

    @contextlib.contextmanager
    def into(self, file: str | None) -> Iterator[Callable[[str], object]]:
        """What writes single lines for programs: into a file, which is made anew, else on standard output.

        Raises:
            StoreUnavailable: The file cannot be written.
        """
        if file is None:
            yield lambda line: _write(sys.stdout, line)
            return
        try:
            with Path(file).open("w", encoding="utf-8", newline="\n", buffering=1) as stream:
                yield lambda line: stream.write(f"{line}\n")
        except OSError as error:
            raise StoreUnavailable(f"{file} cannot be written: {error.strerror}", file=file) from error

    def refuse(self, error: DispatchError, *, where: str = "") -> None:
        """Print why something was refused: on standard error, or as an object with code and details."""
        if self.json:
            self.data({"ok": False} | error.as_dict())
        else:
            self.complain(f"{where}{error.message}")

    def complain(self, text: str) -> None:
        """Print a line on standard error, after what was printed before."""
        with contextlib.suppress(OSError):
            self.flush()
        _write(sys.stderr, text)

    def flush(self) -> None:
        """Hand on what was printed."""
        if sys.stdout is not None:
            sys.stdout.flush()

    def reader_is_gone(self) -> bool:
        """Whether nobody can read standard output any more, as far as the system can tell."""
        if sys.stdout is None or not hasattr(select, "poll"):
            return False
        poll = select.poll()
        try:
            poll.register(sys.stdout, 0)
        except (OSError, ValueError):
            return False
        return bool(poll.poll(0))


def forgiving_streams() -> None:
    """Never fail on a character: neither when the terminal cannot show it nor when the input is not UTF-8."""
    codecs.register_error("look-alike", _look_alike)
    for stream, errors in ((sys.stdout, "look-alike"), (sys.stderr, "look-alike"), (sys.stdin, "surrogateescape")):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)


def _look_alike(error: UnicodeError) -> tuple[str, int]:
    """Something as wide in place of what cannot be encoded, so that columns stay where they are."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end].translate(_ALIKE)
    return "".join(one if one.isascii() else _marks(one) for one in missing), error.end


def _marks(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    return "??" if unicodedata.east_asian_width(character) in {"W", "F"} else "?"


def flush_all() -> None:
    """Hand on what was printed on either stream."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def forget_output() -> None:
    """Let what is still to be printed go nowhere: nobody can take it, and Python would complain on its way out."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is not None:
        stream.write("\n    ".join(visible(line) for line in text.split("\n")) + "\n")


def plain(value: object) -> object:
    """What JSON has no form for, in one that it has."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)
