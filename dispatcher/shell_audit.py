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
    with closing(Engine.open(settings.url)) as engine:
        taken = engine.checkpoint()
        if taken is None:
            known = engine.checkpoints()
            if not known:
                raise InvalidInput("Nothing has happened yet that a checkpoint could cover")
            taken = known[-1]
        line = taken.as_line(engine.name)
    if file is not None:
        with Path(file).expanduser().open("a", encoding="utf-8") as outside:
            outside.write(line)
            outside.flush()
            os.fsync(outside.fileno())
    output.text(line.rstrip("\n"))
    output.data(taken.as_data(engine.name))
    return 0


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
