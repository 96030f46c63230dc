"""The terminal that the console runs on: whether it is still there, and what to do when it is gone.

Only `dispatcher/app.py` imports this module.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Final

LET_GO_S: Final = 3.0
"""How long a console whose terminal is lost may take to end."""


def has_terminal() -> bool:
    """Whether somebody can still see and type."""
    try:
        return sys.__stdin__ is not None and os.isatty(sys.__stdin__.fileno())
    except (OSError, ValueError):
        return False


def watch_signals(end: Callable[[int], object], hang_up: Callable[[], object]) -> None:
    """Call `end` with the exit status on SIGTERM, `hang_up` when the terminal is closed; on the running loop."""
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP"):
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, end, 128 + signal.SIGTERM)
        loop.add_signal_handler(signal.SIGHUP, hang_up)


def leave(close: Callable[[], object]) -> None:
    """End this process without painting: what is being written is finished, and Textual's input thread cannot spin.

    A lost terminal leaves that thread reading end-of-file for ever, so the process ends here and does not unwind.
    """
    closing = threading.Thread(target=close, daemon=True)
    closing.start()
    closing.join(LET_GO_S)
    os._exit(129)  # 128 + SIGHUP
