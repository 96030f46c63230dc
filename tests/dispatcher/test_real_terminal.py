"""The console as a person meets it: a real terminal, real keys, a second console beside the first."""

import subprocess
from pathlib import Path

import pytest

from domain import commands as c
from domain.actors import Actor, Role
from domain.engine import Engine
from tests.terminal import Terminal, dispatcher

ANA = Actor(Role.ADMIN, "ana")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """One plumber on duty, and a booking that waits for a person: it is held."""
    path = tmp_path / "room.db"
    engine = Engine.open(str(path))
    for command in (
        c.CreateService.of(service="plumbing", priority="HIGH"),
        c.CreateProvider.of(provider="mira", name="Mira Chen", skills=("plumbing",), latitude=40.7, longitude=-73.9),
        c.GoOn.of(provider="mira"),
        c.CreateBooking.of(service="plumbing", address="12 Example St", customer_name="Ana Diaz", notes="leak"),
        c.Hold.of(booking=1, reason="waiting for the part"),
    ):
        engine.execute(command, ANA)
    engine.close()
    return path


def console(database: Path, actor: str = "admin:ana", columns: int = 160, rows: int = 45) -> Terminal:
    return Terminal(dispatcher("--db", str(database), "--as", actor), columns=columns, rows=rows)


def test_a_booking_is_dispatched_by_keys_alone_and_seen_in_the_log(database: Path) -> None:
    with console(database) as terminal:
        terminal.until("12 Example St")
        terminal.press("a")
        terminal.until("assign 1 mira")
        terminal.press("enter")
        terminal.until("1 assigned to mira")
        terminal.press("8")
        terminal.until("admin:ana")
        terminal.until("assigned to mira")
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
    engine = Engine.open(str(database))
    assert engine.views.booking(1).provider == "mira"
    engine.close()


def test_what_one_console_does_appears_in_the_other_by_itself(database: Path) -> None:
    with console(database) as one, console(database, "admin:bo") as other:
        one.until("12 Example St")
        other.until("12 Example St")
        one.press(":")
        one.type('cancel! 1 "the customer called"')
        one.press("enter")
        one.until("1 cancelled")
        other.until("the customer called")
        other.press("ctrl+q")
        one.press("ctrl+q")
        assert (one.wait_for_end(), other.wait_for_end()) == (0, 0)


def test_a_change_from_a_shell_appears_by_itself(database: Path) -> None:
    with console(database, columns=80, rows=24) as terminal:
        terminal.until("12 Example St")
        said = subprocess.run(
            dispatcher("--db", str(database), "--as", "admin:bo", "do", 'note 1 "ring twice"'),
            check=True, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert "noted" in said.stdout
        terminal.until("admin:bo")
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0


def test_a_refused_line_keeps_the_typed_text_and_the_console_alive(database: Path) -> None:
    with console(database) as terminal:
        terminal.until("12 Example St")
        terminal.press(":")
        terminal.type("assign 1 nobody-there")
        terminal.press("enter")
        terminal.until("There is no provider")
        assert ": assign 1 nobody-there" in terminal.text
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0


def test_up_finds_the_line_of_an_earlier_session_by_its_beginning(database: Path, tmp_path: Path) -> None:
    def session() -> Terminal:
        kept = {"DISPATCHER_HISTORY": str(tmp_path / "history")}
        return Terminal(dispatcher("--db", str(database), "--as", "admin:ana"), columns=80, rows=24, env=kept)

    with session() as terminal:
        terminal.until("12 Example St")
        terminal.press(":")
        for line, said in (('note 1 "ring twice"', "noted"), ("off mira", "off duty")):
            terminal.send(f"{line}\r".encode())
            terminal.until(said)
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
    with session() as terminal:
        terminal.until("live")
        terminal.settle()
        terminal.send(b":no")
        terminal.press("up")
        terminal.until(': note 1 "ring twice"')
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0


def test_what_is_typed_ahead_of_the_screen_reaches_the_line_and_presses_no_key(database: Path) -> None:
    with console(database) as terminal:
        terminal.until("12 Example St")
        terminal.settle()
        terminal.send(b":assign 1 nobody-there\r")
        terminal.until("There is no provider")
        assert ": assign 1 nobody-there" in terminal.text
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
    engine = Engine.open(str(database))
    assert engine.views.booking(1).booking.held
    engine.close()
