"""Rows a second: a file of service requests into an empty room, and a second time."""

import csv
import time
from pathlib import Path

from domain.engine import Engine
from domain.intake.files import Intake
from domain.intake.rows import REQUEST_COLUMNS
from domain.lifecycle import Status
from tests.benchmarks.conftest import Figures

ROWS = 5_000
CATEGORIES = ("Plumbing", "Heating", "Painting", "Locks", "Door/Window", "Electric")


def a_file(folder: Path) -> Path:
    path = folder / "requests.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(REQUEST_COLUMNS)
        for number in range(ROWS):
            values = {
                "key": str(number),
                "created_at": f"2026-08-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00-04:00",
                "category": CATEGORIES[number % len(CATEGORIES)],
                "detail": "leak under sink",
                "address": f"{number % 2_500} EXAMPLE STREET",
                "zip": "00501",
                "borough": "SAMPLETON",
                "latitude": f"{40.5 + number % 400 / 1000:.4f}",
                "longitude": f"{-74 + number % 300 / 1000:.4f}",
            }
            writer.writerow([values.get(column, "") for column in REQUEST_COLUMNS])
    return path


def test_rows_imported_a_second(tmp_path: Path, figures: Figures) -> None:
    path = a_file(tmp_path)
    engine = Engine.open(str(tmp_path / "room.db"))
    began = time.perf_counter()
    tally = Intake(engine).requests(str(path))
    first = time.perf_counter() - began
    assert tally.rows == ROWS
    assert engine.views.count_by_status()[Status.PENDING] == ROWS
    began = time.perf_counter()
    Intake(engine).requests(str(path))
    second = time.perf_counter() - began
    assert engine.views.count_by_status()[Status.PENDING] == ROWS
    engine.close()
    figures.add("import, rows a second", f"{ROWS / first:,.0f}")
    figures.add("import of the same file again, rows a second", f"{ROWS / second:,.0f}")
