"""`dispatcher audit`: checkpoints of the log, for a place that whoever may write the database cannot write.

Only `dispatcher/cli_keeping.py` imports this module, when it is asked for.
"""

import os
from contextlib import closing
from pathlib import Path

from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.engine import Engine
from domain.errors import InvalidInput
from domain.proof.checkpoint import Checkpoint, written
from domain.visibility import require_admin


def checkpoint(settings: Settings, output: Output, *, file: str | None) -> int:
    """Take a checkpoint, print it as one line, and append that to a file when one is named.

    Without events since the last one, that one is printed again.
    """
    require_admin(settings.actor, "audit checkpoint")
    if file is not None:
        _require_checkpoints_or_nothing(Path(file).expanduser())
    with closing(Engine.open(settings.url)) as engine:
        taken = engine.checkpoint()
        if taken is None:
            known = engine.checkpoints()
            if not known:
                raise InvalidInput("Nothing has happened yet that a checkpoint could cover")
            taken = known[-1]
        line = taken.as_line(engine.name)
    if file is not None:
        _append(Path(file).expanduser(), line)
    output.text(line.rstrip("\n"))
    output.data(taken.as_data(engine.name))
    return 0


def _require_checkpoints_or_nothing(path: Path) -> None:
    """Append to no database, and to nothing else that somebody named by mistake.

    Raises:
        InvalidInput: It holds something else.
    """
    if path.is_file():
        with path.open("rb") as file:
            if file.read(1) not in {b"", b"{"}:
                raise InvalidInput(f"{path} holds something else than checkpoints; name another file", file=str(path))


def _append(path: Path, line: str) -> None:
    """Add a line that lasts when this returns, on a line of its own even where the last one was cut off."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                line = f"\n{line}"
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def outside(file: str) -> list[Checkpoint]:
    """The checkpoints of a file outside the database.

    Raises:
        InvalidInput: It holds something else, or cannot be read.
    """
    path = Path(file).expanduser()
    try:
        found = written(path.read_text(encoding="utf-8"), str(path))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not found:
        raise InvalidInput(f"{path} holds no checkpoint")
    return found
