"""`dispatcher verify` with two processes: it never says that all is well when one of them did not end its work."""

import sys
from pathlib import Path

import pytest

from domain.store import proof
from tests.dispatcher.conftest import Run


def test_verify_fails_when_its_second_process_is_killed(
    room: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = tmp_path / "killed"
    killed.write_text("#!/bin/sh\nread -r asked; echo '\"ready\"'; kill -KILL $$\n")
    killed.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(killed))
    monkeypatch.setattr(proof, "FEWEST", 0)
    monkeypatch.setattr(proof, "cores", lambda: 2)
    told = room("verify")
    assert told.status == 1
    assert told.out == ""
    assert "ended by signal 9 before it was done, so nothing is proved: try again" in told.err
