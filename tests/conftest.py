"""What every test may use: a room on a fresh database, a clock that moves only when told to, a small city."""

import tests.compiled  # noqa: F401 (before all that is to be kept compiled)

# isort: split

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import sqlalchemy
from hypothesis import HealthCheck, settings

from domain.clock import SteppedClock
from domain.engine import Engine
from tests.domain.world import START, World, small_city
from tests.postgres import Server, server

os.environ["DISPATCHER_HISTORY"] = ""  # the line's history of whoever runs the tests is theirs

_QUIET = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large)
settings.register_profile("default", deadline=None, derandomize=True, max_examples=30, suppress_health_check=_QUIET)
settings.register_profile("explore", deadline=None, max_examples=1_000, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
SOAK = os.environ.get("DISPATCHER_TEST_EVERYTHING") == "1"
"""Whether what is much alike on both databases is run on PostgreSQL too: in `make soak`."""
MEMORY: Final = Path("/dev/shm")
PLENTY: Final = 4 * 2**30
"""Bytes; a whole run holds half of a gigabyte at most."""
NewWorld = Callable[..., World]


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C reach the processes that tests start, and keep what they write in memory where there is plenty.

    A shell's background jobs ignore Ctrl-C, and so would all that they start. Waiting for the disk is a third of the
    time of tests on SQLite, and shows nothing: what a power cut leaves is told by a file system of our own. Figures and
    the long proofs stay on the disk.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    asked = {part for path in config.args for part in Path(path).parts}
    stays_on_disk = SOAK or not asked.isdisjoint({"benchmarks", "soak"})
    if not stays_on_disk and "TMPDIR" not in os.environ and has_plenty(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def has_plenty(folder: Path) -> bool:
    """Whether a file system in memory has room for all that tests write, and programs may be started from it."""
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return False
    found = os.statvfs(folder)
    free = min(found.f_bavail * found.f_frsize, os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return free > PLENTY and not found.f_flag & os.ST_NOEXEC


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a worker waits for disks, timers and processes a fifth of its time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What was imported stays: collections of garbage that look through it take a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def compile_each_statement_once() -> Iterator[None]:
    """Let all rooms share what SQLAlchemy compiled: else each read would be compiled anew in each of them."""
    dialects: dict[str, sqlalchemy.Dialect] = {}
    compiled: dict[Any, Any] = {}

    def create_engine(url: str, **options: Any) -> sqlalchemy.Engine:
        made = sqlalchemy.create_engine(url, **options)
        known = dialects.setdefault(url, made.dialect)
        if known.server_version_info:  # it has seen a connection, and knows what it speaks to
            made.dialect = known
        else:
            dialects[url] = made.dialect
        return made.execution_options(compiled_cache=compiled)

    with pytest.MonkeyPatch.context() as patched:
        for store in ("sqlite", "postgres"):
            patched.setattr(f"domain.store.{store}.create_engine", create_engine)
        yield


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once in each worker and copied: opening a copy is three times as fast."""
    path = tmp_path_factory.mktemp("blank") / "room.db"
    Engine.open(str(path), clock=SteppedClock(START)).close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for this worker, started when first asked for."""
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def blank_postgres(postgres: Server) -> str:
    """The name of an empty room on it, to be copied."""
    address = postgres.database()
    Engine.open(address, clock=SteppedClock(START)).close()
    return urlsplit(address).path.removeprefix("/")


@pytest.fixture
def database_kind() -> str:
    """Which database a room lies on; modules that hold for both are run with each (`pytest_generate_tests`)."""
    return SQLITE


@pytest.fixture
def new_world(database_kind: str, blank: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NewWorld]:
    """Rooms, each on a database and with a clock of its own (or on a file that exists already)."""
    made: list[World] = []
    on_server: list[str] = []

    def empty_room() -> Path | str:
        if database_kind == POSTGRES:
            on_server.append(request.getfixturevalue("postgres").room(request.getfixturevalue("blank_postgres")))
            return on_server[-1]
        path = tmp_path / f"room{len(made)}.db"
        shutil.copyfile(blank, path)
        return path

    def make(path: Path | str | None = None, clock: SteppedClock | None = None) -> World:
        world = World.open(path or empty_room(), clock)
        made.append(world)
        return world

    yield make
    for world in made:
        world.close()
    for address in on_server:
        request.getfixturevalue("postgres").give_back(address)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the modules that say `BOTH_DATABASES = True` on each."""
    if getattr(metafunc.module, "BOTH_DATABASES", False) and "database_kind" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("sqlite_only")
        metafunc.parametrize("database_kind", [SQLITE] if only else [SQLITE, POSTGRES])


@pytest.fixture
def world(new_world: NewWorld) -> World:
    """An empty room."""
    return new_world()


@pytest.fixture
def engine(world: World) -> Engine:
    """The engine of `world`."""
    return world.engine


@pytest.fixture
def city(new_world: NewWorld) -> World:
    """A room with services, providers on duty and off, customers, and bookings on their way."""
    return small_city(new_world())
