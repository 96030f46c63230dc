"""Which store an address means. The engine and the shell's database commands import this module."""

from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import InvalidInput
from domain.store.sqlite import SqliteStore
from domain.store.store import Store


def open_store(url: str) -> Store:
    """Open a database, creating or upgrading it when needed.

    Args:
        url: A file, `sqlite:///FILE`, or `postgresql://...` as libpq takes it.

    Raises:
        InvalidInput: It names no file, or another kind of database.
        StoreUnavailable: It cannot be opened; SchemaTooNew when a newer program made it.
    """
    if is_on_server(url):
        from domain.store.postgres import PostgresStore

        return PostgresStore(url)
    return SqliteStore(path_of(url))


def is_on_server(url: str) -> bool:
    """Whether an address names a PostgreSQL database, and not a file."""
    return urlsplit(url).scheme in {"postgresql", "postgres"}


def path_of(url: str) -> Path:
    """The file that `--db` names: a path, or `sqlite:///path`.

    Raises:
        InvalidInput: It names no file, or another kind of database.
    """
    if url.startswith("sqlite:///"):
        url = url.removeprefix("sqlite:///")
    elif "://" in url:
        raise InvalidInput(f"{urlsplit(url).scheme}: is no database we know; give a file, or postgresql://HOST/NAME")
    if not url.strip() or url == ":memory:" or "\0" in url:
        raise InvalidInput("--db needs a file; every console and shell must be able to open the same one")
    return Path(url).expanduser()
