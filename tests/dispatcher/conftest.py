"""The command as tests run it: inside this process where that is enough, else as a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dispatcher.cli import main


@dataclass(frozen=True)
class Ran:
    """What a run of the command left."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output as JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database that runs of the command use unless told otherwise."""
    path = tmp_path / "room.db"
    monkeypatch.setenv("DISPATCHER_DB", str(path))
    return path


@pytest.fixture
def run(database: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process."""

    def run(*arguments: object) -> Ran:
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Ran(status, out, err)

    return run


@pytest.fixture
def room(run: Run, database: Path, blank: Path) -> Run:
    """The same, in a room with a service, a provider on duty and a booking of Ana's, who is customer 1."""
    shutil.copyfile(blank, database)
    ran = run(
        "do",
        "service new plumbing",
        'provider new mira "Mira Sample" skills plumbing',
        "on mira",
        'n plumbing "leak under sink" at "12 Example St" for "Ana Diaz" +12025550134',
    )
    assert ran.status == 0, ran
    return run


@pytest.fixture
def start(database: Path) -> Start:
    """Start the command as a process."""

    def start(*arguments: object, **options: Any) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "dispatcher", *map(str, arguments)]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        environment = {**os.environ, "PYTHONUNBUFFERED": "", "TZ": "UTC"}
        return subprocess.Popen(command, text=True, encoding="utf-8", env=environment, **{**pipes, **options})

    return start
