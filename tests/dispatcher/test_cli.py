"""The command's arguments, where the data lies, and one clear line for whatever is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dispatcher.output import forgiving_streams, visible
from dispatcher.settings import login_name, settings_from
from domain.actors import Actor, Role
from domain.errors import StoreUnavailable
from tests.dispatcher.conftest import Run


def test_help_teaches(run: Run) -> None:
    ran = run("--help")
    assert ran.status == 0
    for part in (
        "dispatch home services",
        "examples:",
        "admin:NAME",
        "customer:NUMBER",
        "DISPATCHER_DB",
        "exit status",
    ):
        assert part in ran.out
    for command in ("do", "find", "show", "events", "import", "work", "demo", "console"):
        assert f"\n    {command} " in ran.out


@pytest.mark.parametrize("command", ["do", "find", "show", "events", "import", "work", "demo", "console"])
def test_every_command_has_help_of_its_own(run: Run, command: str) -> None:
    ran = run(command, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert "--db URL" in ran.out


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from dispatcher.cli import main; main(['--help']);"
        "sys.exit(', '.join({'sqlalchemy', 'pydantic', 'textual', 'apscheduler', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out.startswith("dispatcher 0.")


@pytest.mark.parametrize(
    "arguments",
    [["dance"], ["do"], ["show", "x"], ["show", "0"], ["show", "9" * 30], ["import"], ["events", "--since"]],
)
def test_arguments_that_make_no_sense_end_with_2(run: Run, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "usage: dispatcher" in ran.err


def test_flags_stand_before_or_after_the_command_and_the_later_wins(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    ran = run("--db", first, "--as", "admin:ana", "events", "--db", second, "--json")
    assert ran.status == 0
    assert second.exists()
    assert not first.exists()
    assert run("--json", "--as", "provider:mira", "--db", first, "do", "service new x", "--as", "admin:ana").status == 0
    assert run("--db", first, "--json", "events").objects[-1]["actor"] == "ana"


def test_the_database_is_named_by_flag_else_variable_else_lies_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, appauthor: tmp_path / "data" / name)
    assert settings_from("a.db", None, environment={"DISPATCHER_DB": "b.db"}).url == "a.db"
    assert settings_from(None, None, environment={"DISPATCHER_DB": "b.db"}).url == "b.db"
    assert not (tmp_path / "data").exists()
    assert settings_from(None, None, environment={}).url == str(tmp_path / "data" / "dispatcher" / "dispatcher.db")
    assert (tmp_path / "data" / "dispatcher").is_dir()


def test_a_data_folder_that_cannot_be_made_is_one_clear_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("")
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, appauthor: tmp_path / "data" / name)
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        settings_from(None, None, environment={})


def test_nobody_named_is_an_admin_by_login_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "OFFICE\\ana diaz")
    assert settings_from("a.db", None).actor == Actor(Role.ADMIN, "OFFICE-ana-diaz")
    assert settings_from("a.db", "admin").actor == Actor(Role.ADMIN, "OFFICE-ana-diaz")

    def nobody() -> str:
        raise OSError("no login name")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert login_name() == "dispatcher"


@pytest.mark.parametrize("actor", ["system", "system:loop", "king:ana", "customer:ana", "provider", "admin:a b", ""])
def test_who_cannot_be_is_refused(run: Run, actor: str, database: Path) -> None:
    ran = run("--as", actor, "events")
    if not actor:  # nothing given is the login name
        assert ran.status == 0
        return
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert not database.exists()


def test_a_refusal_as_json_has_code_and_details(run: Run) -> None:
    ran = run("--json", "events", "--booking", "17")
    (refusal,) = ran.objects
    assert (ran.status, ran.err) == (1, "")
    assert (refusal["error"], refusal["code"], refusal["details"]) == ("NotFound", 404, {"booking": 17})
    assert refusal["message"]


def test_a_database_that_cannot_be_is_one_clear_line(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("hello " * 1000)
    for path in (tmp_path, text, text / "below.db", "", "mysql://there/db"):
        ran = run("events", "--db", path)
        assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1), path
    assert text.read_text().startswith("hello")


@pytest.mark.skipif(os.geteuid() == 0, reason="to root nothing is read-only")
def test_a_read_only_database_is_one_clear_line(run: Run, database: Path) -> None:
    run("events")
    database.chmod(0o400)
    ran = run("events")
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)


def test_the_console_needs_a_terminal(run: Run) -> None:
    ran = run()
    assert (ran.status, ran.out) == (1, "")
    assert "needs a terminal" in ran.err


def test_text_that_could_steer_a_terminal_is_only_shown() -> None:
    assert visible("plain – ✓ é 🙂") == "plain – ✓ é 🙂"
    assert visible("a\x1b[31mb\x07\x7f\r\n") == "a␛[31mb␇␡␍␊"
    assert visible("\x9b31m \u202eabc\u2066 \udc80") == "\ufffd31m \ufffdabc\ufffd \ufffd"


def test_a_terminal_without_our_signs_gets_others_that_look_alike_and_are_as_wide() -> None:
    forgiving_streams()
    assert "● live ── ▷ mira … ✓".encode("ascii", "look-alike") == b"* live -- > mira . +"
    assert "田中 e\u0301 é".encode("ascii", "look-alike") == b"???? e ?"
    assert "é ●".encode("latin-1", "look-alike") == b"\xe9 *"
