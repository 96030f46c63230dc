"""What is done to a whole database, whichever kind its address names: look, upgrade, back up, restore.

What belongs to PostgreSQL is imported only for it. The shell's database commands and the doctor import this module.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from domain.store import backup
from domain.store.opening import is_on_server, path_of
from domain.store.status import DatabaseStatus, bring_file_up
from domain.store.status import look as look_at_file

Progress = Callable[[int, int, str], None]
"""Told how much is done, of how much (the same where nobody knows), and of what."""


def called(url: str) -> str:
    """How sentences call a database: its file, or its address without a password.

    Raises:
        InvalidInput: It names no file, or another kind of database.
    """
    if is_on_server(url):
        from domain.store.postgres_link import name_of

        return name_of(url)
    return str(path_of(url))


def look(url: str) -> DatabaseStatus:
    """What a database is like; nothing is changed.

    Raises:
        StoreUnavailable: It is not there, or not ours.
    """
    if is_on_server(url):
        from domain.store.postgres_status import look_at_server

        return look_at_server(url)
    return look_at_file(path_of(url))


def bring_up(url: str, *, progress: Callable[[int], None], rest: bool) -> int:
    """Run what is missing of an upgrade, while others write in between.

    Args:
        url: The database.
        progress: Told after each batch how many rows were filled so far.
        rest: Whether to run the steps behind the filling too.

    Returns:
        How many rows were filled.

    Raises:
        StoreUnavailable: It is empty, or not ours; SchemaTooNew when a newer program made it.
    """
    if is_on_server(url):
        from domain.store.postgres_status import bring_up_on_server

        return bring_up_on_server(url, progress=progress, rest=rest)
    return bring_file_up(path_of(url), progress=progress, rest=rest)


def back_up(url: str, to: Path, *, force: bool, progress: Progress) -> int:
    """Copy a database as it is at one moment into a file; nobody is kept waiting.

    Returns:
        The number of the newest event that the copy holds.

    Raises:
        InvalidInput: The file is there already, and is not to be replaced, or is the database itself.
        DispatchError: One of them cannot be read or written.
    """
    if is_on_server(url):
        from domain.store.postgres_backup import back_up_server

        return back_up_server(url, to, force=force, progress=partial(_of, progress, "rows"))
    return backup.back_up(path_of(url), to, force=force, progress=partial(_of, progress, "pages"))


def restore(source: Path, url: str, *, force: bool, now: datetime, progress: Progress) -> Path | None:
    """Put a backup in a database's place: over a file, or into a database on a server that holds no events.

    Returns:
        Where the replaced file is kept; None when there was none.

    Raises:
        InvalidInput: There are events already, or the backup is not what its log says.
        DispatchError: One of them cannot be read or written, or is not ours.
    """
    if is_on_server(url):
        from domain.store.postgres_backup import restore_to_server

        proving, carrying = partial(_of, progress, "events proven"), partial(_of, progress, "rows")
        restore_to_server(source, url, proving=proving, progress=carrying)
        return None
    pages = partial(_of, progress, "pages")
    return backup.restore(source, path_of(url), force=force, now=now, progress=pages)


def _of(progress: Progress, what: str, done: int, of: int) -> None:
    progress(done, of, what)
