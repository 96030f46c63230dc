"""The second process of a proof: it makes most choices again, while the first one proves all the rest.

`proof_aside` starts it as a program of its own and says what it is told and answers; nothing imports it. Ctrl-C is for
the first process, which ends this one. Heavy imports come after the first answer, for which the first process waits.
"""

import gc
import json
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer one request, and end as any tool does when nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    file, newest, sealed, many_wrote = json.loads(sys.stdin.readline())
    address = f"{Path(file).as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        if connection.execute("SELECT hash FROM events WHERE id = ?", (newest,)).fetchone() != (sealed,):
            sys.exit("another database lies there")
        _say("ready")
        for answer in _proved(connection, newest, many_wrote):
            _say(answer)
        _say("done")


def _say(answer: object) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def _proved(connection: sqlite3.Connection, newest: int, many_wrote: float) -> Iterator[Any]:
    """Each fault as its event's number and what is wrong, and now and then how many events were read."""
    from domain.proof.audit import OTHERS, Auditor
    from domain.store.proof_reading import log, rows_of

    gc.disable()  # nothing that is made here refers back to itself, and looking for it takes a twentieth of the time
    auditor = Auditor(rows_of=partial(rows_of, connection), many_wrote=many_wrote, proves_log=False, remakes=OTHERS)
    taken = 0
    for part in log(connection, newest):
        for row in part:
            auditor.take(row)
        for fault in auditor.choices():
            yield fault.event, fault.what
        auditor.let_go()
        taken += len(part)
        yield taken


if __name__ == "__main__":
    main()
