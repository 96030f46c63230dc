"""An error that nobody foresaw ends the console decently: the terminal is usable, nobody's data is on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dispatcher.crash import paragraph, write_report
from tests.terminal import Terminal

BREAKS = """
import sys
from screens.desk import DeskScreen

def fails(screen, *_):
    customer = "Ana Diaz, " + "12 Example St"
    raise KeyError(customer)

{}
from dispatcher.cli import main
sys.exit(main(["--db", sys.argv[1], "--as", "admin:ana"]))
"""


def _raised(message: str) -> Exception:
    phone = "+1" + message
    try:
        raise ValueError(phone)
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    "breaks",
    ["DeskScreen.on_pulse = fails", "async def loads(screen): fails(screen)\nDeskScreen.refresh_data = loads"],
    ids=["in the message loop", "in a worker"],
)
def test_an_unforeseen_error_is_one_paragraph_and_a_report_that_only_the_user_reads(
    tmp_path: Path, breaks: str
) -> None:
    state = tmp_path / "state"
    argv = [sys.executable, "-c", BREAKS.format(breaks), str(tmp_path / "room.db")]
    with Terminal(argv, columns=80, rows=24, env={"XDG_STATE_HOME": str(state)}) as terminal:
        assert terminal.wait_for_end(20) == 1
        terminal.settle()
        said = " ".join(terminal.text.split())
    assert "dispatcher: the console met an error of its own (KeyError) and has ended" in said
    assert "Start dispatcher again to go on" in said
    assert "Ana Diaz" not in said
    assert "Traceback" not in said
    [report] = state.rglob("*.txt")
    assert report.stat().st_mode & 0o077 == 0
    written = report.read_text()
    assert "in fails" in written
    assert "KeyError" in written
    assert "Ana Diaz, 12 Example St" not in written, "neither variables nor the error's own text"
    assert report.name in said.replace(" ", "")


def test_a_report_tells_each_cause_and_quotes_only_what_is_of_the_program(tmp_path: Path) -> None:
    phone = "202555" + "0134"  # in two parts: the report quotes the program's lines

    def fails() -> None:
        try:
            raise _raised(phone)
        except ValueError as error:
            raise AttributeError("'Booking' object has no attribute 'adress'") from error

    try:
        fails()
    except AttributeError as error:
        report = write_report(error, tmp_path)
    assert report is not None
    written = report.read_text()
    assert "in _raised" in written.partition("ValueError (")[0]
    assert "AttributeError: 'Booking' object has no attribute 'adress'" in written
    assert "ValueError (its text, which may quote what people wrote, is left out)" in written
    assert phone not in written


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    error = _raised("2025550134")
    assert write_report(error, blocked / "reports") is None
    said = " ".join(paragraph(error, None).split())
    assert "No report could be written" in said
    assert "2025550134" not in said
