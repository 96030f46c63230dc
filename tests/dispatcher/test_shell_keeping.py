"""Proof, checkpoints, figures, backups and the doctor from a shell."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from domain.doctor import SOUND_SQLITE, Level, on_journal, on_sqlite
from domain.store.migrate import HEAD
from tests.dispatcher.conftest import Run


def sql(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()


def levels(lines: Iterable[dict[str, str]]) -> dict[str, str]:
    return {line["what"]: line["level"] for line in lines}


# Checkpoints.


def test_a_checkpoint_is_printed_and_appended_to_a_file(room: Run, tmp_path: Path) -> None:
    file = tmp_path / "outside.jsonl"
    first = room("audit", "checkpoint", file)
    room("do", 'note 1 "ring twice"')
    second = room("audit", "checkpoint", file)
    again = room("audit", "checkpoint")
    assert (first.status, second.status) == (0, 0)
    assert file.read_text(encoding="utf-8") == first.out + second.out
    assert again.out == second.out
    data = json.loads(second.out)
    assert (data["checkpoint"], data["database"]) == (2, str(tmp_path / "room.db"))
    verified = room("verify", "--checkpoints", file)
    assert verified.status == 0
    assert "it fits 2 checkpoints from outside" in verified.out


def test_a_checkpoint_begins_a_line_where_the_last_one_was_cut_off(room: Run, tmp_path: Path) -> None:
    file = tmp_path / "outside.jsonl"
    file.write_text('{"checkpoint": 1, "databa')
    taken = room("audit", "checkpoint", file)
    assert file.read_text(encoding="utf-8").splitlines(keepends=True)[1:] == [taken.out]
    told = room("verify", "--checkpoints", file)
    assert "line 1: is no checkpoint; if it was cut off while it was written, remove that line" in told.err


def test_a_checkpoint_is_not_appended_to_what_holds_something_else(room: Run, database: Path) -> None:
    before = database.read_bytes()
    refused = room("audit", "checkpoint", database)
    assert (refused.status, database.read_bytes()) == (1, before)
    assert "holds something else than checkpoints" in refused.err


def test_a_log_cut_and_made_to_fit_is_found_by_the_checkpoints_outside(
    room: Run, database: Path, tmp_path: Path
) -> None:
    shutil.copyfile(database, tmp_path / "before.db")
    room("do", 'note 1 "ring twice"')
    room("audit", "checkpoint", tmp_path / "outside.jsonl")
    shutil.copyfile(tmp_path / "before.db", database)
    assert room("verify").status == 0
    found = room("verify", "--checkpoints", tmp_path / "outside.jsonl")
    assert found.status == 1
    assert "events are gone" in found.out


@pytest.mark.parametrize("content", ["", "nonsense\n"])
def test_a_file_without_checkpoints_is_refused(content: str, room: Run, tmp_path: Path) -> None:
    (tmp_path / "outside.jsonl").write_text(content)
    for name in ("outside.jsonl", "missing"):
        refused = room("verify", "--checkpoints", tmp_path / name)
        assert refused.status == 1
        assert name in refused.err


def test_an_empty_room_has_nothing_to_cover(run: Run) -> None:
    assert run("audit", "checkpoint").status == 1


# Figures.


def test_figures_are_shown_day_by_day_within_80_columns(room: Run) -> None:
    room("do", "set zone Pacific/Auckland")
    ran = room("figures")
    lines = ran.out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert len(lines) == 17
    assert lines[-1].endswith("Pacific/Auckland")
    # The booking was counted before, by the day of Greenwich, which may be yesterday in Auckland.
    days = room("figures", "--json", "--from", lines[-4].split()[0]).objects
    assert [sum(day[status] for day in days) for status in ("PENDING", "COMPLETED")] == [1, 0]


def test_a_day_that_is_none_is_refused(room: Run) -> None:
    refused = room("figures", "--from", "yesterday")
    assert refused.status == 1
    assert "write it like 2026-08-03" in refused.err


def test_only_dispatchers_see_figures_and_keep_the_database(room: Run, tmp_path: Path) -> None:
    for words in (["figures"], ["audit", "checkpoint"], ["db", "status"], ["db", "backup", tmp_path / "x"], ["doctor"]):
        assert room(*words, "--as", "provider:mira").status == 1


# The database.


def test_the_status_says_what_there_is_and_changes_nothing(room: Run, database: Path) -> None:
    room("audit", "checkpoint")
    sql(database, "PRAGMA wal_checkpoint(TRUNCATE)")
    before = database.read_bytes()
    (found,) = room("db", "status", "--json").objects
    assert (found["schema"], found["head"], found["journal"]) == (HEAD, HEAD, "wal")
    assert (found["counts"]["bookings"], found["counts"]["checkpoints"]) == (1, 1)
    assert found["newest_checkpoint"]["last_event"] == found["newest_event"]["event"]
    assert "newest checkpoint" in room("db", "status").out
    assert database.read_bytes() == before


def test_a_database_that_is_not_there_is_not_made_by_looking(run: Run, database: Path) -> None:
    for words in (["db", "status"], ["db", "upgrade"], ["db", "backup", database.with_name("copy.db")], ["doctor"]):
        assert run(*words).status == 1
    assert [*database.parent.iterdir()] == []


def test_an_upgrade_of_what_is_up_to_date_does_nothing(room: Run) -> None:
    assert "as before" in room("db", "upgrade").out
    assert "0 bookings filled" in room("db", "backfill").out


def test_a_backup_is_a_whole_database_and_replaces_nothing_unasked(room: Run, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert room("db", "backup", copy).status == 0
    assert [path.name for path in tmp_path.glob("*copy.db*")] == ["copy.db"]
    assert room("show", "1", "--db", copy).out == room("show", "1").out
    assert room("verify", "--db", copy).status == 0
    refused = room("db", "backup", copy)
    assert refused.status == 1
    assert "--force" in refused.err
    room("do", 'note 1 "ring twice"')
    assert room("db", "backup", copy, "--force").status == 0
    assert "ring twice" in room("show", "1", "--db", copy).out
    assert room("db", "backup", database, "--force").status == 1
    assert room("show", "1").status == 0


def test_a_backup_is_made_while_somebody_is_in_the_middle_of_writing(room: Run, database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO meta VALUES ('half', '1')")
        assert room("db", "backup", tmp_path / "copy.db").status == 0
        writer.execute("ROLLBACK")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM meta WHERE key = 'half'").fetchone() == (0,)


def test_a_backup_is_restored_into_an_empty_place_and_what_is_replaced_is_kept(
    room: Run, database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    room("db", "backup", copy)
    room("do", 'note 1 "after the backup"')
    refused = room("db", "restore", copy)
    assert refused.status == 1
    assert "--force" in refused.err
    assert "after the backup" in room("show", "1").out
    restored = room("db", "restore", copy, "--force", "--json").objects[0]
    assert "after the backup" not in room("show", "1").out
    assert "after the backup" in room("show", "1", "--db", restored["replaced"]).out
    assert room("verify").status == room("verify", "--db", restored["replaced"]).status == 0
    elsewhere = tmp_path / "new" / "room.db"
    said = room("db", "restore", copy, "--db", elsewhere)
    assert (said.status, "dispatcher verify proves its log" in said.out) == (0, True)
    assert room("show", "1", "--db", elsewhere).status == 0


@pytest.mark.parametrize("case", ["missing", "text", "another program's", "newer", "damaged"])
def test_what_is_no_backup_is_refused_and_the_database_stays(
    case: str, room: Run, database: Path, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    if case == "text":
        file.write_text("Dear diary " * 100)
    elif case == "another program's":
        sql(file, "CREATE TABLE recipes (id INTEGER)")
    elif case != "missing":
        room("db", "backup", file)
        if case == "newer":
            sql(file, "UPDATE alembic_version SET version_num = '9999'")
        else:
            content = bytearray(file.read_bytes())
            content[8192:40960] = b"\xff" * 32768
            file.write_bytes(content)
    before = room("show", "1").out
    refused = room("db", "restore", file, "--force")
    assert refused.status == 1
    assert room("show", "1").out == before
    assert not [*tmp_path.glob("*.part*"), *tmp_path.glob("*.replaced-*")]


# The doctor.


def test_the_doctor_finds_nothing_that_fails_in_a_new_room(room: Run, database: Path) -> None:
    database.chmod(0o600)
    room("audit", "checkpoint")
    ran = room("doctor", "--json")
    assert ran.status == 0
    found = levels(ran.objects)
    assert found.pop("SQLite") in {"ok", "warn"}
    assert found.pop("disk") in {"ok", "warn"}
    assert set(found.values()) == {"ok"}


def test_a_journal_that_a_long_read_keeps_from_shrinking_is_warned_of() -> None:
    assert on_journal(4 << 20).level is Level.OK
    assert (found := on_journal(80 << 20)).level is Level.WARN
    assert "80.0 MB beside the file: somebody has read for long" in found.says


def test_the_doctor_says_what_to_do(room: Run, database: Path) -> None:
    database.chmod(0o666)
    ran = room("doctor")
    assert "→ chmod go-w on it" in ran.out
    assert "→ dispatcher audit checkpoint FILE" in ran.out


def test_a_damaged_file_fails(room: Run, database: Path) -> None:
    sql(database, "PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(database)) as raw:
        page = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'bookings_by_status'").fetchone()[0]
    with database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    ran = room("doctor", "--json")
    assert ran.status == 1
    assert levels(ran.objects)["integrity"] == "fail"


def test_an_event_of_the_future_fails(room: Run, database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER events_no_update")
        raw.execute("UPDATE events SET at = at + 3600000 WHERE id = (SELECT max(id) FROM events)")
    ran = room("doctor", "--json")
    assert (ran.status, levels(ran.objects)["clock"]) == (1, "fail")


def test_timers_that_nobody_looks_after_are_named(room: Run, database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER bookings_version")
        raw.execute("UPDATE bookings SET attempt_at = attempt_at - 3600000")
    ran = room("doctor", "--json")
    assert (ran.status, levels(ran.objects)["loop"]) == (0, "warn")


@pytest.mark.parametrize(("version", "level"), [((3, 40, 1), Level.WARN), (SOUND_SQLITE, Level.OK)])
def test_a_sqlite_with_a_known_fault_is_named(version: tuple[int, ...], level: Level) -> None:
    assert on_sqlite(version).level is level


def test_a_writer_who_hangs_is_named(room: Run, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from domain.store.gate import Gate

    monkeypatch.setattr("dispatcher.shell_doctor._GATE_WITHIN_S", 0.01)
    with closing(Gate(database)) as gate:
        gate.acquire(1)
        ran = room("doctor", "--json")
        gate.release()
    assert levels(ran.objects)["writing"] == "fail"
    assert str(os.getpid()) in next(line["says"] for line in ran.objects if line["what"] == "writing")
