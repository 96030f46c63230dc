"""The console's root: what it imports before it paints, how it starts, how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from domain.errors import StoreUnavailable
from tests.screens.console_room import ZONE, Room

IMPORTS_ALL = """
import pkgutil, sys, screens, dispatcher.app
for module in pkgutil.walk_packages(screens.__path__, "screens."):
    __import__(module.name)
heavy = {"sqlalchemy", "sqlite3", "alembic", "apscheduler", "pydantic", "domain.store", "domain.engine"}
print(" ".join(sorted(heavy & set(sys.modules))))
"""


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS_ALL], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


async def test_a_database_that_cannot_be_opened_ends_the_console_with_its_reason(tmp_path: Path) -> None:
    from dispatcher.app import ConsoleApp
    from domain.actors import parse_actor
    from domain.engine import Engine

    app = ConsoleApp(lambda: Engine.open(str(tmp_path)), parse_actor("admin:ana", "ana"), zone=ZONE)
    async with app.run_test():
        await Room.until(lambda: app.return_code is not None or app.refusal is not None)
    assert isinstance(app.refusal, StoreUnavailable)
    assert app.return_code == 1


async def test_what_was_started_is_stopped(tmp_path: Path) -> None:
    from dispatcher.app import ConsoleApp
    from domain.actors import parse_actor
    from domain.engine import Engine

    class People:
        said: list[str] = []

        def start(self) -> None:
            self.said.append("start")

        def stop(self) -> None:
            self.said.append("stop")

    people = People()
    app = ConsoleApp(
        lambda: Engine.open(str(tmp_path / "a.db")), parse_actor("admin:ana", "ana"), zone=ZONE, companions=(people,)
    )
    async with app.run_test():
        await Room.until(lambda: people.said == ["start"])
    assert people.said == ["start", "stop"]
