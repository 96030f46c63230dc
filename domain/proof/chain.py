"""The hash chain: each event's hash covers what it says and the hash of the event before it of the same subject.

Who rewrites one event has to rewrite all after it, and the checkpoints that were written outside still tell. Anything
may import this module.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import Any, Final

START: Final = ""
"""What stands before a subject's first event, and before the log's first."""
COVERED: Final = (
    "subject", "subject_id", "version", "at", "action", "from_status", "to_status", "role", "actor_id", "reason",
    "line", "changes", "details", "undoes",
)  # fmt: skip
"""The columns that an event's hash covers, in order."""
_covered = itemgetter(*COVERED)


def link(before: str, row: Mapping[str, Any]) -> str:
    """An event's hash: SHA-256, in hexadecimal, of the hash before and the event's stored values as one JSON array.

    The event's number is left out, since a database gives it only when the event is written; the version stands for
    its place, and a checkpoint holds the order of all.

    Args:
        before: The hash of the subject's event before it, `START` for the first.
        row: The stored values by column; `changes` and `details` as JSON text.
    """
    return link_of(before, _covered(row))


def link_of(before: str, values: Sequence[Any]) -> str:
    """The same for values in the order of `COVERED`.

    The array is written by hand, in half of an encoder's time: verifying a million events is mostly this.

    Raises:
        TypeError: A value is of a kind that its column never holds.
    """
    subject, number, version, at, action, source, target, role, actor, reason, line, changes, details, undoes = values
    said = "null" if reason is None else quoted(reason)
    typed = "null" if line is None else quoted(line)
    return sha256(
        f"{before}[{quoted(subject)},{number},{version},{at},{quoted(action)},{quoted(source)},{quoted(target)},"
        f"{quoted(role)},{quoted(actor)},{said},{typed},{quoted(changes)},{quoted(details)},"
        f"{'null' if undoes is None else undoes}]".encode()
    ).hexdigest()


def digest(before: str, hashes: Iterable[str]) -> str:
    """What a log comes to after some more events: each step hashes the digest before and the event's hash.

    Args:
        before: The digest so far, `START` for an empty log.
        hashes: Of the events since, in the order of the log.
    """
    running = before
    for one in hashes:
        running = sha256(f"{running}{one}".encode()).hexdigest()
    return running
