"""An error that nobody foresaw: a report for whoever mends it, a paragraph for whoever sat before it.

Only `dispatcher/app.py` imports this module. What people wrote into the log is never shown: neither is the error's own
text, which may quote it, nor are the values of variables.
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
            file.write(head + "".join(traceback.format_exception(error)))
        return path
    return None


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
