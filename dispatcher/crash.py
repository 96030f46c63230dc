"""An error that nobody foresaw: a report for whoever mends it, a paragraph for whoever sat before it.

Only `dispatcher/app.py` imports this module. What people wrote is neither shown nor reported: not the values of
variables, and not the error's own text where that may quote it.
"""

from __future__ import annotations

import os
import platform
import textwrap
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_WIDTH: Final = 80
_TELLS_OF_CODE: Final = (AttributeError, ImportError, NameError, TypeError, RecursionError)
"""Errors whose text Python makes of names in the program; that of any other may hold a customer's name."""


def write_report(error: BaseException, folder: Path) -> Path | None:
    """Write where it happened into a file that nobody else may read.

    Args:
        error: What was raised.
        folder: Where reports lie; made on demand.

    Returns:
        The file, or None when it cannot be written.
    """
    now = datetime.now(UTC)
    path = folder / f"{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    head = f"{now:%Y-%m-%d %H:%M:%S} UTC, dispatcher {_version()}, Python {platform.python_version()}\n\n"
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(head + "\n".join(map(_told, _chain(error))))
        return path
    return None


def _chain(error: BaseException) -> list[BaseException]:
    """What an error came from, and at last the error itself."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.insert(0, one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return chain


def _told(error: BaseException) -> str:
    """Where it was raised, through which calls, and what it was."""
    is_safe = isinstance(error, _TELLS_OF_CODE)
    text = f": {error}" if is_safe else " (its text, which may quote what people wrote, is left out)"
    return "".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__qualname__}{text}\n"


def _version() -> str:
    try:
        return version("dispatcher")
    except PackageNotFoundError:
        return "not installed"


def paragraph(error: BaseException, report: Path | None) -> str:
    """What to say on the terminal: what happened, what is lost, and how to go on."""
    told = f" {report} says where it happened, and helps to mend it." if report else " No report could be written."
    said = (
        f"dispatcher: the console met an error of its own ({type(error).__name__}) and has ended. Nothing that was"
        f" acknowledged is lost, and a line without an answer was carried out wholly or not at all: see the Log. Start"
        f" dispatcher again to go on.{told}"
    )
    return textwrap.fill(said, _WIDTH, break_long_words=False, break_on_hyphens=False)
