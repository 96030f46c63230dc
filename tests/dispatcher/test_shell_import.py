"""`dispatcher import` says what landed and what did not."""

from pathlib import Path

import pytest

from tests.dispatcher.conftest import Run

HEAD = "key,created_at,closed_at,category,detail,address,zip,borough,latitude,longitude"


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    path = tmp_path / "requests.csv"
    path.write_text(
        f"{HEAD},extra\n"
        "1,2026-08-01T00:00:00Z,,Plumbing,leak,12 EXAMPLE STREET,,,,,x\n"
        "2,2026-08-01T00:00:00Z,,Heating,cold,,,,,,x\n",
        encoding="utf-8",
    )
    return path


def test_counts_and_rejected_rows_are_told_and_the_second_run_adds_nothing(run: Run, requests: Path) -> None:
    first = run("import", "requests", requests)
    assert (first.status, first.err) == (0, "")
    assert first.out.splitlines() == [
        "line 3: it has no address",
        "Columns that nothing was taken from: extra.",
        "2 requests: 1 added (1 services and 1 customers were new), 0 already there, 1 rejected.",
    ]
    second = run("import", "requests", requests)
    assert second.status == 0
    assert second.out.splitlines()[-1] == "2 requests: 0 added, 1 already there, 1 rejected."


def test_json_has_an_object_for_each_rejected_row_and_one_for_the_counts(run: Run, requests: Path) -> None:
    rejected, counts = run("--json", "import", "requests", requests).objects
    assert (rejected["line"], rejected["code"], rejected["error"]) == (3, 400, "InvalidInput")
    assert (counts["added"], counts["rejected"], counts["unused_columns"]) == (1, 1, ["extra"])


def test_an_unusable_file_is_one_clear_line(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.csv"):
        ran = run("import", "requests", path)
        assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert run("import", "services", tmp_path, "--json").objects[0]["code"] == 400


def test_services_and_providers_are_imported(run: Run, tmp_path: Path) -> None:
    services, providers = tmp_path / "services.csv", tmp_path / "providers.csv"
    services.write_text("name,description,priority,base_price,duration_minutes\nPlumbing,Leaks,HIGH,99,60\n")
    providers.write_text(
        "handle,name,phone,email,skills,rating,latitude,longitude\nmira,Mira Sample,,,plumbing,4.5,,\n"
    )
    assert run("import", "services", services).out == "1 service: 1 added, 0 updated, 0 unchanged, 0 rejected.\n"
    assert run("import", "providers", providers).out == "1 provider: 1 added, 0 updated, 0 unchanged, 0 rejected.\n"
    assert run("import", "providers", providers).out == "1 provider: 0 added, 0 updated, 1 unchanged, 0 rejected.\n"


def test_only_an_admin_may_import(run: Run, requests: Path) -> None:
    for actor in ("provider:mira", "customer:1"):
        ran = run("--json", "import", "requests", requests, "--as", actor)
        assert (ran.status, ran.objects[0]["code"]) == (1, 403)
