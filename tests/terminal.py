"""A program in a real terminal: a pty whose bytes pyte turns into the screen that a person would see."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import pyte

KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "f1": "\x1bOP", "f9": "\x1b[20~", "ctrl+q": "\x11", "ctrl+c": "\x03", "ctrl+p": "\x10", "ctrl+u": "\x15",
}  # fmt: skip
_SYNC_QUERY = b"\x1b[?2026$p"
_NOT_FOR_PYTE = re.compile(
    rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\|\x1b\[\?u"
)


class Terminal:
    """Starts a program, presses keys, and waits for what it paints."""

    def __init__(
        self, argv: Sequence[str], *, columns: int = 160, rows: int = 45, env: Mapping[str, str] | None = None
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.status: int | None = None
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **(env or {})})
            for name in ("COLUMNS", "LINES", "NO_COLOR"):
                os.environ.pop(name, None)
            os.execvp(argv[0], list(argv))
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def text(self) -> str:
        """The screen as plain lines."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def pump(self, seconds: float) -> bool:
        """Take what is painted within `seconds`; whether anything was."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            self._reap()
            return False
        if _SYNC_QUERY in data:
            self.send(b"\x1b[?2026;2$y")
        self._stream.feed(_NOT_FOR_PYTE.sub(b"", data))
        return True

    def until(self, wanted: str, seconds: float = 20.0) -> None:
        """Wait until a text is on the screen.

        Raises:
            AssertionError: It was not within `seconds`; the message shows the screen.
        """
        end, shown = time.monotonic() + seconds, self.text
        while wanted not in shown:
            assert time.monotonic() < end, f"{wanted!r} did not appear within {seconds} s on:\n{self.text}"
            if self.status is not None:
                raise AssertionError(f"the program ended with {self.status} before {wanted!r} appeared:\n{self.text}")
            if self.pump(0.05):
                shown = self.text

    def settle(self, quiet: float = 0.3, most: float = 5.0) -> None:
        """Wait until nothing was painted for `quiet` seconds."""
        end = time.monotonic() + most
        while self.pump(quiet) and time.monotonic() < end:
            pass

    def press(self, *names: str) -> None:
        """Press keys by name; single characters are themselves."""
        for name in names:
            self.send(KEYS.get(name, name).encode())
            self.pump(0.05)

    def type(self, text: str) -> None:
        """Type characters."""
        for character in text:
            self.send(character.encode())
            self.pump(0.002)

    def wait_for_end(self, seconds: float = 10.0) -> int:
        """The exit status."""
        end = time.monotonic() + seconds
        while self.status is None:
            assert time.monotonic() < end, f"still running after {seconds} s:\n{self.text}"
            self.pump(0.05)
            self._reap()
        return self.status

    def close(self) -> None:
        """End it, by force if it must be."""
        self._reap()
        if self.status is None:
            os.kill(self.pid, signal.SIGTERM)
            end = time.monotonic() + 3
            while self.status is None and time.monotonic() < end:
                self.pump(0.05)
                self._reap()
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    def _reap(self) -> None:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)

    def send(self, data: bytes) -> None:
        """Write bytes as the keyboard would."""
        while data:
            data = data[os.write(self._fd, data) :]


def dispatcher(*arguments: str) -> list[str]:
    """The command line that starts this checkout's program."""
    return [sys.executable, "-m", "dispatcher", *arguments]
